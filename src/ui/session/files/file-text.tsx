import { type CSSProperties, useEffect, useMemo, useRef } from 'react';
import { classNames } from '../../kit/class-names';
import { useHighlighted } from '../../kit/code/use-highlighted';
import { say } from '../../kit/say';
import { type ColouredPiece, colouredLines, languageOf } from '../diff/coloured-lines';
import { LineText } from '../diff/line-text';
import { LazyChunk, NearView } from '../diff/near-view';
import { type Chunk, chunksOf, ROW_CLASS, ROW_PX } from '../diff/rows';
import { useDiffLook } from '../diff/use-diff-look';
import { fileHash, type FilePlace } from './file-hash';
import { LineChoice } from './line-choice';
import { linesOf } from './read-content';
import { setFilePlace } from './use-file-place';

/** A file's lines, with numbers that are links to them. */
export function FileText({ place, text }: { place: FilePlace; text: string }) {
  const lines = useMemo(() => linesOf(text), [text]);
  const chunks = useMemo(() => chunksOf(lines), [lines]);
  const tokens = useHighlighted(text, languageOf(place.path));
  const colours = useMemo(() => (tokens ? colouredLines(tokens) : []), [tokens]);
  const { isWrapped } = useDiffLook();
  const view = useRef<HTMLDivElement>(null);
  const isThere = place.line !== undefined && place.line <= lines.length;
  useEffect(() => {
    if (isThere) view.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'center' });
  }, [isThere, place.line]);
  return (
    <>
      <LineChoice place={place} lines={lines.length} />
      <NearView className="min-h-0 flex-1 overflow-auto py-1 -outline-offset-2" tabIndex={0}>
        <div
          ref={view}
          role="group"
          aria-label={`Lines of ${place.path}`}
          className={classNames('font-mono text-xs', ROW_CLASS, !isWrapped && 'w-max min-w-full')}
          // The browser's type does not know custom properties.
          style={{ '--digits': `${Math.max(String(lines.length).length, 2)}ch` } as CSSProperties}
        >
          {chunks.map((chunk) => (
            <LazyChunk
              key={chunk.from}
              heightPx={chunk.lines.length * ROW_PX}
              isForced={isThere && holds(chunk, place)}
            >
              {() => <Lines {...{ chunk, place, colours, isWrapped }} />}
            </LazyChunk>
          ))}
        </div>
      </NearView>
    </>
  );
}

function holds({ from, lines }: Chunk<string>, { line = 0 }: FilePlace): boolean {
  return line > from && line <= from + lines.length;
}

function Lines({
  chunk: { from, lines },
  place,
  colours,
  isWrapped,
}: {
  chunk: Chunk<string>;
  place: FilePlace;
  colours: readonly (readonly ColouredPiece[])[];
  isWrapped: boolean;
}) {
  const { path } = place;
  return lines.map((text, at) => {
    const line = from + at + 1;
    const isCurrent = line === place.line;
    return (
      <div
        key={line}
        aria-current={isCurrent ? 'true' : undefined}
        className={classNames(
          'flex',
          'border-l-2',
          isCurrent ? 'border-accent bg-raised' : 'border-transparent',
        )}
      >
        <a
          href={fileHash({ path, line })}
          // There may be thousands: the field above takes a number from the keyboard.
          tabIndex={-1}
          aria-label={`Line ${line}`}
          onClick={(event) => {
            event.preventDefault();
            chooseLine({ path, line });
          }}
          className="w-[calc(var(--digits)+1.5rem)] shrink-0 pr-3 text-right text-muted select-none hover:text-text"
        >
          {line}
        </a>
        <LineText text={text.replace(/\r$/, '')} isWrapped={isWrapped} colours={colours[line - 1]} />
      </div>
    );
  });
}

/** Puts the line into the page's address, and the address of it on the clipboard. */
function chooseLine(place: FilePlace): void {
  setFilePlace(place);
  navigator.clipboard.writeText(location.href).then(
    () => say(`Copied the link to line ${place.line ?? 1}`),
    // The address bar has it all the same.
    () => say('The link to this line is in the address bar'),
  );
}
