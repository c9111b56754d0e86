import '../../kit/code/code.css';
import { classNames } from '../../kit/class-names';
import { type ColouredPiece, marked } from './coloured-lines';
import { visibleCode } from './visible-code';
import type { Segment } from './word-marks';

/** The rest of a longer line would cost more to lay out than anybody reads of it. */
const MAX_SHOWN = 5_000;

interface LineTextProps {
  text: string;
  isWrapped: boolean;
  /** Its colours, once they are known. */
  colours?: readonly ColouredPiece[] | undefined;
  /** What of it is marked, and how that looks. */
  marks?: { segments: readonly Segment[]; className: string } | null;
  /** A carriage return at its end is not shown: every line of the file has one. */
  isCrLf?: boolean;
  /** The file ends here, without a line feed. */
  endsFile?: boolean;
}

/** One line of code, as it can be trusted: nothing in it is hidden. */
export function LineText({ text, isWrapped, colours = [], marks = null, isCrLf, endsFile }: LineTextProps) {
  const hidden = text.length - MAX_SHOWN;
  const plain = [{ text: text.slice(0, MAX_SHOWN), isMarked: false }];
  const pieces = marked(colours, hidden > 0 ? plain : (marks?.segments ?? plain));
  return (
    <code
      className={classNames(
        'min-w-0 flex-1 pr-4 [tab-size:4]',
        isWrapped ? '[overflow-wrap:anywhere] whitespace-pre-wrap' : 'whitespace-pre',
      )}
    >
      {pieces.map((piece, at) => {
        const shown = visibleCode(isCrLf === true ? piece.text.replace(/\r$/, '') : piece.text);
        // Not every colour can be read on a mark.
        const className = piece.isMarked ? marks?.className : piece.look !== null && `code-${piece.look}`;
        return typeof className === 'string' ? (
          <span key={at} className={className} data-mark={piece.isMarked ? true : undefined}>
            {shown}
          </span>
        ) : (
          shown
        );
      })}
      {hidden > 0 && <span className="text-muted select-none"> … {hidden} characters more</span>}
      {endsFile === true && <span className="text-muted select-none"> ⊘ no line feed at the end</span>}
    </code>
  );
}
