import { type FormEvent, useId } from 'react';
import { Button } from '../../kit/button';
import { say } from '../../kit/say';
import { useSession } from '../session-context';
import type { FilePlace } from './file-hash';
import { setFilePlace } from './use-file-place';

function copy(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => say(`Copied ${text}`),
    () => say('The browser does not allow to copy here.'),
  );
}

/** Goes to a line by its number, and names the chosen one as tools do. */
export function LineChoice({ place, lines }: { place: FilePlace; lines: number }) {
  const id = useId();
  const { path, line } = place;
  const { canPrompt, comment } = useSession();
  function go(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const wanted = Number(new FormData(event.currentTarget).get('line'));
    if (wanted >= 1) setFilePlace({ path, line: Math.min(Math.trunc(wanted), lines) });
  }
  return (
    <form
      onSubmit={go}
      className="flex h-8 shrink-0 items-center gap-2 border-b px-4 text-xs text-muted"
      // Another line is another default.
      key={line}
    >
      <label htmlFor={id}>Line</label>
      <input
        id={id}
        name="line"
        inputMode="numeric"
        pattern="[0-9]+"
        defaultValue={line}
        className="tabular h-6 w-16 rounded-md border bg-surface px-1.5 font-mono text-text"
      />
      <span className="tabular">of {lines}</span>
      <Button size="small" variant="quiet" type="submit">
        Go
      </Button>
      {line !== undefined && (
        <Button size="small" variant="quiet" onClick={() => copy(`${path}:${line}`)}>
          Copy path:line
        </Button>
      )}
      {line !== undefined && canPrompt && (
        <Button size="small" variant="quiet" onClick={() => comment({ path, line, side: 'new' })}>
          Comment
        </Button>
      )}
    </form>
  );
}
