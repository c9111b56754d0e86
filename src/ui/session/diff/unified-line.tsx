import { classNames } from '../../kit/class-names';
import { ChangeLine, LINE_LOOK, type LineContext } from './change-line';
import type { DiffLine } from './parse-hunks';

/** A line with its number on both sides; a phone has room for one of them. */
export function UnifiedLine({ line, context }: { line: DiffLine; context: LineContext }) {
  return (
    <div className={classNames('flex', LINE_LOOK[line.type].className)} data-line={line.type}>
      <LineNumber className="max-sm:hidden">{line.oldLine}</LineNumber>
      <LineNumber className="max-sm:hidden">{line.newLine}</LineNumber>
      <LineNumber className="sm:hidden">{line.newLine ?? line.oldLine}</LineNumber>
      <ChangeLine line={line} context={context} />
    </div>
  );
}

/** As wide as the file's longest number, which is in `--digits`. */
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
