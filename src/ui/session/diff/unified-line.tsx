import { classNames } from '../../kit/class-names';
import type { FileLines } from './file-lines';
import { LINE_LOOK, LineText } from './line-text';
import type { DiffLine } from './parse-hunks';

/** A line with its number on both sides; a phone has room for one of them. */
export function UnifiedLine({
  line,
  content,
  isWrapped,
}: {
  line: DiffLine;
  content: FileLines;
  isWrapped: boolean;
}) {
  const { sign, className } = LINE_LOOK[line.type];
  return (
    <div className={classNames('flex', className)} data-line={line.type}>
      <LineNumber className="max-sm:hidden">{line.oldLine}</LineNumber>
      <LineNumber className="max-sm:hidden">{line.newLine}</LineNumber>
      <LineNumber className="sm:hidden">{line.newLine ?? line.oldLine}</LineNumber>
      <span className="w-4 shrink-0 select-none">{sign}</span>
      <LineText line={line} content={content} isWrapped={isWrapped} />
    </div>
  );
}

export function LineNumber({ children, className }: { children: number | null; className?: string }) {
  return (
    <span
      className={classNames(
        'w-[calc(var(--digits)+1rem)] shrink-0 pr-2 text-right text-muted select-none',
        className,
      )}
    >
      {children}
    </span>
  );
}
