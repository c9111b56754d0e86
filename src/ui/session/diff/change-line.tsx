import type { BlockContent } from './block-content';
import type { ColouredPiece } from './coloured-lines';
import { LineText } from './line-text';
import type { DiffLine } from './parse-hunks';

/** What the lines of one block have in common. */
export interface LineContext {
  content: BlockContent;
  isWrapped: boolean;
  isCrLf: boolean;
  /** The colours of a line, once they are known. */
  coloursOf: (line: DiffLine) => readonly ColouredPiece[] | undefined;
}

export const LINE_LOOK = {
  context: { sign: ' ', className: '', mark: '' },
  added: { sign: '+', className: 'bg-added', mark: 'rounded-[2px] bg-ok/25' },
  removed: { sign: '−', className: 'bg-removed', mark: 'rounded-[2px] bg-danger/25' },
} satisfies Record<DiffLine['type'], { sign: string; className: string; mark: string }>;

/** The sign and the text of a line of a change, with marks where words of it changed. */
export function ChangeLine({ line, context }: { line: DiffLine; context: LineContext }) {
  const { content, isWrapped, isCrLf, coloursOf } = context;
  const { sign, mark } = LINE_LOOK[line.type];
  const segments = content.segmentsOf(line);
  return (
    <>
      <span className="w-4 shrink-0 select-none">{sign}</span>
      <LineText
        text={line.text}
        isWrapped={isWrapped}
        colours={coloursOf(line)}
        marks={segments && { segments, className: mark }}
        isCrLf={isCrLf}
        endsFile={line.endsFile}
      />
    </>
  );
}
