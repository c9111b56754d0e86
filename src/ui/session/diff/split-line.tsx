import { classNames } from '../../kit/class-names';
import type { FileLines } from './file-lines';
import { LINE_LOOK, LineText } from './line-text';
import type { LinePair } from './pair-lines';
import type { DiffLine } from './parse-hunks';
import { LineNumber } from './unified-line';

interface SplitLineProps {
  pair: LinePair;
  content: FileLines;
  isWrapped: boolean;
}

/** An old line on the left, and on the right the one that took its place. */
export function SplitLine({ pair: { left, right }, ...rest }: SplitLineProps) {
  return (
    <div
      className={classNames(
        'grid',
        rest.isWrapped ? 'grid-cols-2' : 'grid-cols-[minmax(50%,max-content)_1fr]',
      )}
    >
      <Half line={left} number={left?.oldLine ?? null} {...rest} />
      <Half line={right} number={right?.newLine ?? null} {...rest} />
    </div>
  );
}

function Half({
  line,
  number,
  content,
  isWrapped,
}: Omit<SplitLineProps, 'pair'> & { line: DiffLine | null; number: number | null }) {
  if (!line) return <div className="border-l bg-raised/40 first:border-l-0" />;
  const { sign, className } = LINE_LOOK[line.type];
  return (
    <div className={classNames('flex min-w-0 border-l first:border-l-0', className)} data-line={line.type}>
      <LineNumber>{number}</LineNumber>
      <span className="w-4 shrink-0 select-none">{sign}</span>
      <LineText line={line} content={content} isWrapped={isWrapped} />
    </div>
  );
}
