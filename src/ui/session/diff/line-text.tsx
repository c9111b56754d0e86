import type { FileLines } from './file-lines';
import type { DiffLine } from './parse-hunks';
import { visibleCode } from './visible-code';
import { classNames } from '../../kit/class-names';

/** The rest of a longer line would cost more to lay out than anybody reads of it. */
const MAX_SHOWN = 5_000;

const MARK = {
  added: 'rounded-[2px] bg-ok/25',
  removed: 'rounded-[2px] bg-danger/25',
  context: '',
} satisfies Record<DiffLine['type'], string>;

export const LINE_LOOK = {
  context: { sign: ' ', className: '' },
  added: { sign: '+', className: 'bg-added' },
  removed: { sign: '−', className: 'bg-removed' },
} satisfies Record<DiffLine['type'], { sign: string; className: string }>;

/** A line's text, with marks where words of it changed. */
export function LineText({
  line,
  content,
  isWrapped,
}: {
  line: DiffLine;
  content: FileLines;
  isWrapped: boolean;
}) {
  const segments = content.segmentsOf(line) ?? [{ text: line.text, isMarked: false }];
  const hidden = line.text.length - MAX_SHOWN;
  const shown = hidden > 0 ? [{ text: line.text.slice(0, MAX_SHOWN), isMarked: false }] : segments;
  return (
    <code
      className={classNames(
        'min-w-0 pr-4 [tab-size:4]',
        isWrapped ? 'break-words whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre',
      )}
    >
      {shown.map(({ text, isMarked }, at) => {
        const visible = visibleCode(content.isCrLf ? text.replace(/\r$/, '') : text);
        return isMarked ? (
          <span key={at} className={MARK[line.type]}>
            {visible}
          </span>
        ) : (
          visible
        );
      })}
      {hidden > 0 && <span className="text-muted"> … {hidden} characters more</span>}
      {line.endsFile && <span className="text-muted select-none"> ⊘ no line feed at the end</span>}
    </code>
  );
}
