import { type CSSProperties, useMemo } from 'react';
import { classNames } from '../../kit/class-names';
import { FileLines, type ShownHunk } from './file-lines';
import { LazyChunk } from './near-view';
import type { PatchFile } from './patch-index';
import { chunksOf, ROW_CLASS, ROW_PX } from './rows';
import { SplitLine } from './split-line';
import { UnifiedLine } from './unified-line';
import { useDiffLook } from './use-diff-look';
import { visibleCode } from './visible-code';

/** What changed in a file besides its lines, and its lines. */
export function FileBody({ file, patch }: { file: PatchFile; patch: string }) {
  const content = useMemo(() => new FileLines(patch.slice(file.start, file.end)), [patch, file]);
  const { isSplit, isWrapped } = useDiffLook();
  const remarks = remarksOf(file, content);
  return (
    <>
      {remarks.map((remark) => (
        <p key={remark} className="px-4 py-1 text-sm text-muted">
          {remark}
        </p>
      ))}
      {content.hunks.length > 0 && (
        <div
          role="group"
          aria-label={`Lines of ${visibleCode(file.path)}`}
          // Only what scrolls sideways needs the keys for it.
          tabIndex={isWrapped ? undefined : 0}
          className={classNames(
            'pb-1 font-mono text-xs -outline-offset-2',
            ROW_CLASS,
            !isWrapped && 'overflow-x-auto',
          )}
          // The browser's type does not know custom properties.
          style={{ '--digits': `${Math.max(file.digits, 2)}ch` } as CSSProperties}
        >
          <div className={isWrapped ? undefined : 'w-max min-w-full'}>
            {content.hunks.map((hunk, at) => (
              <HunkLines key={at} {...{ hunk, content, isSplit, isWrapped }} isFirst={at === 0} />
            ))}
          </div>
        </div>
      )}
    </>
  );
}

function HunkLines({
  hunk,
  content,
  isFirst,
  isSplit,
  isWrapped,
}: {
  hunk: ShownHunk;
  content: FileLines;
  isFirst: boolean;
  isSplit: boolean;
  isWrapped: boolean;
}) {
  return (
    <>
      {(!isFirst || hunk.header !== '') && (
        <p className="truncate bg-raised/60 px-4 text-muted">⋯ {visibleCode(hunk.header)}</p>
      )}
      {isSplit
        ? chunksOf(hunk.pairs).map(({ from, lines }) => (
            <LazyChunk key={from} heightPx={lines.length * ROW_PX}>
              {() => lines.map((pair, at) => <SplitLine key={at} {...{ pair, content, isWrapped }} />)}
            </LazyChunk>
          ))
        : chunksOf(hunk.lines).map(({ from, lines }) => (
            <LazyChunk key={from} heightPx={lines.length * ROW_PX}>
              {() => lines.map((line, at) => <UnifiedLine key={at} {...{ line, content, isWrapped }} />)}
            </LazyChunk>
          ))}
    </>
  );
}

const SPECIAL = {
  link: 'A symbolic link: its one line says where it leads.',
  submodule: 'A submodule: its one line names a commit of another repository.',
} satisfies Record<NonNullable<PatchFile['special']>, string>;

function remarksOf(
  { isBinary, modes, special, status, oldPath }: PatchFile,
  { hunks, isCrLf }: FileLines,
): string[] {
  const remarks: string[] = [];
  if (modes) remarks.push(`Its mode changed from ${modes.before} to ${modes.after}.`);
  if (special) remarks.push(SPECIAL[special]);
  if (isBinary) remarks.push('A binary file: its content is not shown. The patch holds it.');
  else if (hunks.length === 0 && !modes) remarks.push(wordsWithoutLines({ status, oldPath }));
  if (isCrLf) remarks.push('Its lines end with CR LF.');
  return remarks;
}

function wordsWithoutLines({ status, oldPath }: Pick<PatchFile, 'status' | 'oldPath'>): string {
  if (oldPath !== null)
    return `${status === 'copied' ? 'Copied' : 'Moved'} from ${visibleCode(oldPath)}; no line of it changed.`;
  if (status === 'added') return 'An empty file.';
  return status === 'deleted' ? 'It was empty.' : 'No line of it changed.';
}
