import { useMemo } from 'react';
import { useHighlighted } from '../../kit/code/use-highlighted';
import { BlockContent } from './block-content';
import type { LineContext } from './change-line';
import { type ColouredPiece, colouredLines } from './coloured-lines';
import { type Block, type DiffLine, readBlock } from './parse-hunks';
import { SplitLine } from './split-line';
import { UnifiedLine } from './unified-line';

/** How the lines of a file are shown. */
export interface BlockLook {
  language: string | null;
  isSplit: boolean;
  isWrapped: boolean;
  isCrLf: boolean;
}

/** The lines of a block, in the colours of their language. */
export function BlockLines({ section, block, look }: { section: string; block: Block; look: BlockLook }) {
  const content = useMemo(() => new BlockContent(readBlock(section, block)), [section, block]);
  const coloursOf = useColours(content.lines, look.language);
  const context = { ...look, content, coloursOf };
  return look.isSplit
    ? content.pairs.map((pair, at) => <SplitLine key={at} pair={pair} context={context} />)
    : content.lines.map((line, at) => <UnifiedLine key={at} line={line} context={context} />);
}

/** Each side is highlighted as the text that it was, so that what goes over several lines is understood. */
function useColours(lines: readonly DiffLine[], language: string | null): LineContext['coloursOf'] {
  const { before, after } = useMemo(() => sidesOf(lines), [lines]);
  const beforeTokens = useHighlighted(before.text, language);
  const afterTokens = useHighlighted(after.text, language);
  return useMemo(() => {
    const colours = new Map<DiffLine, readonly ColouredPiece[]>();
    for (const [side, tokens] of [
      [before, beforeTokens],
      [after, afterTokens],
    ] as const) {
      const coloured = tokens ? colouredLines(tokens) : [];
      for (const [at, line] of side.lines.entries()) {
        const pieces = coloured[at];
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
  const without = (other: DiffLine['type']): Side => {
    const own = lines.filter(({ type }) => type !== other);
    return { lines: own, text: own.map(({ text }) => text).join('\n') };
  };
  return { before: without('added'), after: without('removed') };
}
