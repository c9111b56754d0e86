import { titleOf } from '@/domain/session/naming';
import type { AttachedFile } from '../attachments/attached-file';
import { Face } from '../kit/face';
import { Mark } from '../kit/mark';
import { plural } from '../kit/format';
import { useMe } from '../live/live-provider';

/** A session that was just asked for, as it will look, until the server has it. */
export function OpeningSession({ text, files }: { text: string; files: readonly AttachedFile[] }) {
  const { person } = useMe();
  return (
    <main className="flex h-dvh flex-col">
      <header className="flex h-12 items-center gap-3 border-b bg-surface px-4">
        <Mark shape="half" tone="live" isMoving />
        <h1 className="min-w-0 truncate font-semibold">{titleOf(text)}</h1>
        <span role="status" className="text-sm text-muted">
          opening the session
        </span>
      </header>
      <div className="mx-auto w-full max-w-3xl px-4">
        <article className="mt-3 rounded-lg border bg-surface px-3 py-2 opacity-70">
          <p className="flex items-center gap-2 text-sm text-muted">
            <Face id={person.id} name={person.name} />
            <span className="font-medium text-text">{person.name}</span>
            <span>sending…</span>
          </p>
          <p className="mt-1 break-words whitespace-pre-wrap">{text}</p>
          {files.length > 0 && <p className="mt-1 text-xs text-muted">{plural(files.length, 'file')}</p>}
        </article>
      </div>
    </main>
  );
}
