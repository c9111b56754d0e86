import { type CSSProperties, useMemo } from 'react';
import { classNames } from '../../kit/class-names';
import { languageOf } from './coloured-lines';
import { FileLines } from './file-lines';
import { HunkLines } from './hunk-lines';
import type { PatchFile } from './patch-index';
import { ROW_CLASS } from './rows';
import { useDiffLook } from './use-diff-look';
import { visibleCode } from './visible-code';

/** What changed in a file besides its lines, and its lines. */
export function FileBody({ file, patch }: { file: PatchFile; patch: string }) {
  const content = useMemo(() => new FileLines(patch.slice(file.start, file.end)), [patch, file]);
  const { isSplit, isWrapped } = useDiffLook();
  const language = file.special === null ? languageOf(file.path) : null;
  return (
    <>
      {remarksOf(file, content).map((remark) => (
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
              <HunkLines key={at} isFirst={at === 0} {...{ hunk, content, language, isSplit, isWrapped }} />
            ))}
          </div>
        </div>
      )}
    </>
  );
}

const SPECIAL = {
  link: 'A symbolic link: its one line says where it leads.',
  submodule: 'A submodule: its one line names a commit of another repository.',
} satisfies Record<NonNullable<PatchFile['special']>, string>;

function remarksOf(file: PatchFile, { hunks, isCrLf }: FileLines): string[] {
  const { isBinary, modes, special } = file;
  const remarks: string[] = [];
  if (modes) remarks.push(`Its mode changed from ${modes.before} to ${modes.after}.`);
  if (special) remarks.push(SPECIAL[special]);
  if (isBinary) remarks.push('A binary file: its content is not shown. The patch holds it.');
  else if (hunks.length === 0 && !modes) remarks.push(wordsWithoutLines(file));
  if (isCrLf) remarks.push('Its lines end with CR LF.');
  return remarks;
}

function wordsWithoutLines({ status, oldPath }: PatchFile): string {
  if (oldPath !== null) {
    return `${status === 'copied' ? 'Copied' : 'Moved'} from ${visibleCode(oldPath)}; no line of it changed.`;
  }
  if (status === 'added') return 'An empty file.';
  return status === 'deleted' ? 'It was empty.' : 'No line of it changed.';
}
