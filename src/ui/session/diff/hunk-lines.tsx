import { useMemo } from 'react';
import { useHighlighted } from '../../kit/code/use-highlighted';
import type { LineContext } from './change-line';
import { type ColouredPiece, colouredLines } from './coloured-lines';
import type { FileLines, ShownHunk } from './file-lines';
import { LazyChunk } from './near-view';
import type { DiffLine } from './parse-hunks';
import { chunksOf, ROW_PX } from './rows';
import { SplitLine } from './split-line';
import { UnifiedLine } from './unified-line';
import { visibleCode } from './visible-code';

interface HunkLinesProps {
  hunk: ShownHunk;
  content: FileLines;
  language: string | null;
  isFirst: boolean;
  isSplit: boolean;
  isWrapped: boolean;
}

/** Lines that belong together, in the colours of their language. */
export function HunkLines({ hunk, content, language, isFirst, isSplit, isWrapped }: HunkLinesProps) {
  const coloursOf = useColours(hunk, language);
  const context = { content, isWrapped, coloursOf };
  return (
    <>
      {(!isFirst || hunk.header !== '') && (
        <p className="truncate bg-raised/60 px-4 text-muted">⋯ {visibleCode(hunk.header)}</p>
      )}
      {isSplit
        ? chunksOf(hunk.pairs).map(({ from, lines }) => (
            <LazyChunk key={from} heightPx={lines.length * ROW_PX}>
              {() => lines.map((pair, at) => <SplitLine key={at} pair={pair} context={context} />)}
            </LazyChunk>
          ))
        : chunksOf(hunk.lines).map(({ from, lines }) => (
            <LazyChunk key={from} heightPx={lines.length * ROW_PX}>
              {() => lines.map((line, at) => <UnifiedLine key={at} line={line} context={context} />)}
            </LazyChunk>
          ))}
    </>
  );
}

/** Each side is highlighted as the text that it was, so that what goes over several lines is understood. */
function useColours(hunk: ShownHunk, language: string | null): LineContext['coloursOf'] {
  const { before, after } = useMemo(() => sidesOf(hunk.lines), [hunk]);
  const beforeTokens = useHighlighted(before.text, language);
  const afterTokens = useHighlighted(after.text, language);
  return useMemo(() => {
    const colours = new Map<DiffLine, readonly ColouredPiece[]>();
    for (const [side, tokens] of [
      [before, beforeTokens],
      [after, afterTokens],
    ] as const) {
      const lines = tokens ? colouredLines(tokens) : [];
      for (const [at, line] of side.lines.entries()) {
        const pieces = lines[at];
        if (pieces) colours.set(line, pieces);
      }
    }
    return (line) => colours.get(line);
  }, [before, after, beforeTokens, afterTokens]);
}

interface Side {
  lines: readonly DiffLine[];
  text: string;
}

function sidesOf(lines: readonly DiffLine[]): { before: Side; after: Side } {
  const side = (other: DiffLine['type']): Side => {
    const own = lines.filter(({ type }) => type !== other);
    return { lines: own, text: own.map(({ text }) => text).join('\n') };
  };
  return { before: side('added'), after: side('removed') };
}
