import { type CSSProperties, Fragment, useMemo } from 'react';
import { classNames } from '../../kit/class-names';
import { languageOf } from './coloured-lines';
import { BlockLines } from './block-lines';
import { LazyChunk } from './near-view';
import { type Block, type Blocks, findBlocks } from './parse-hunks';
import type { PatchFile } from './patch-index';
import { ROW_CLASS, ROW_PX } from './rows';
import { useDiffLook } from './use-diff-look';
import { visibleCode } from './visible-code';

/** What changed in a file besides its lines, and its lines. */
export function FileBody({ file, patch }: { file: PatchFile; patch: string }) {
  const section = useMemo(() => patch.slice(file.start, file.end), [patch, file]);
  const { blocks, isCrLf } = useMemo(() => findBlocks(section), [section]);
  const { isSplit, isWrapped } = useDiffLook();
  const language = file.special === null ? languageOf(file.path) : null;
  const look = { language, isSplit, isWrapped, isCrLf };
  return (
    <>
      {remarksOf(file, { blocks, isCrLf }).map((remark) => (
        <p key={remark} className="px-4 py-1 text-sm text-muted">
          {remark}
        </p>
      ))}
      {blocks.length > 0 && (
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
            {blocks.map((block, at) => (
              <Fragment key={block.start}>
                <Heading block={block} isFirst={at === 0} />
                <LazyChunk heightPx={block.lines * ROW_PX}>
                  {() => <BlockLines section={section} block={block} look={look} />}
                </LazyChunk>
              </Fragment>
            ))}
          </div>
        </div>
      )}
    </>
  );
}

function Heading({ block: { header }, isFirst }: { block: Block; isFirst: boolean }) {
  if (header === null || (isFirst && header === '')) return null;
  return <p className="truncate bg-raised/60 px-4 text-muted">⋯ {visibleCode(header)}</p>;
}

const SPECIAL = {
  link: 'A symbolic link: its one line says where it leads.',
  submodule: 'A submodule: its one line names a commit of another repository.',
} satisfies Record<NonNullable<PatchFile['special']>, string>;

function remarksOf(file: PatchFile, { blocks, isCrLf }: Blocks): string[] {
  const { isBinary, modes, special } = file;
  const remarks: string[] = [];
  if (modes) remarks.push(`Its mode changed from ${modes.before} to ${modes.after}.`);
  if (special) remarks.push(SPECIAL[special]);
  if (isBinary) remarks.push('A binary file: its content is not shown. The patch holds it.');
  else if (blocks.length === 0 && !modes) remarks.push(wordsWithoutLines(file));
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
