import { classNames } from '../../kit/class-names';
import { ChangeLine, LINE_LOOK, type LineContext } from './change-line';
import type { LinePair } from './pair-lines';
import type { DiffLine } from './parse-hunks';
import { LineNumber } from './unified-line';

/** An old line on the left, and on the right the one that took its place. */
export function SplitLine({ pair: { left, right }, context }: { pair: LinePair; context: LineContext }) {
  const columns = context.isWrapped ? 'grid-cols-2' : 'grid-cols-[minmax(50%,max-content)_1fr]';
  return (
    <div className={classNames('grid', columns)}>
      <Half line={left} number={left?.oldLine ?? null} context={context} />
      <Half line={right} number={right?.newLine ?? null} context={context} />
    </div>
  );
}

function Half({
  line,
  number,
  context,
}: {
  line: DiffLine | null;
  number: number | null;
  context: LineContext;
}) {
  const edge = 'border-l first:border-l-0';
  if (!line) return <div className={classNames('bg-raised/40', edge)} />;
  return (
    <div className={classNames('flex min-w-0', edge, LINE_LOOK[line.type].className)} data-line={line.type}>
      <LineNumber>{number}</LineNumber>
      <ChangeLine line={line} context={context} />
    </div>
  );
}
