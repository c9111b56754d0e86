import { memo } from 'react';
import { ChangeCount } from '../../kit/change-count';
import { classNames } from '../../kit/class-names';
import { Face } from '../../kit/face';
import { plural } from '../../kit/format';
import { say } from '../../kit/say';
import { CopyIcon, FileIcon, IconButton } from './icon-button';
import { FileBody } from './file-body';
import { LazyChunk } from './near-view';
import type { PatchFile } from './patch-index';
import { usePlaces } from './places';
import type { TurnChoice } from './use-turns';
import { visibleCode } from './visible-code';
import { ROW_PX } from './rows';

interface FileSectionProps {
  file: PatchFile;
  patch: string;
  /** Who asked for what was done to it. */
  people: TurnChoice['people'] | undefined;
  isOpen: boolean;
  /** Its lines are there to be shown. */
  isKept: boolean;
  onToggle: (file: PatchFile) => void;
}

const STATUS = {
  modified: null,
  added: 'added',
  deleted: 'deleted',
  renamed: 'renamed',
  copied: 'copied',
} satisfies Record<PatchFile['status'], string | null>;

/** One file of a change: its heading, which stays in view while its lines pass, and the lines while it is open. */
export const FileSection = memo(function FileSection({
  file,
  patch,
  isOpen,
  isKept,
  ...rest
}: FileSectionProps) {
  return (
    <section data-diff-file={file.path} aria-label={visibleCode(file.path)} className="border-b">
      <Heading file={file} isOpen={isOpen && isKept} isKept={isKept} {...rest} />
      {isOpen && isKept && (
        <LazyChunk heightPx={Math.max(file.lines, 2) * ROW_PX}>
          {() => <FileBody file={file} patch={patch} />}
        </LazyChunk>
      )}
    </section>
  );
});

function Heading({ file, people = [], isOpen, isKept, onToggle }: Omit<FileSectionProps, 'patch'>) {
  const { showFile } = usePlaces();
  const { path, status, isBinary, additions, deletions } = file;
  const copy = () =>
    navigator.clipboard.writeText(path).then(
      () => say(`Copied ${path}`),
      () => say('The browser does not allow to copy here.'),
    );
  return (
    <h3 className="sticky top-0 z-10 flex h-8 items-center gap-2 bg-surface pr-2 text-left font-normal">
      <button
        type="button"
        aria-expanded={isOpen}
        disabled={!isKept}
        onClick={() => onToggle(file)}
        className="flex h-full min-w-0 flex-1 items-center gap-2 pl-4 text-left enabled:hover:bg-raised"
      >
        <span aria-hidden className={classNames('text-muted transition-transform', isOpen && 'rotate-90')}>
          ›
        </span>
        <PathName file={file} />
        {STATUS[status] !== null && <span className="shrink-0 text-xs text-muted">{STATUS[status]}</span>}
        {isBinary && <span className="shrink-0 text-xs text-muted">binary</span>}
        {!isBinary && <ChangeCount additions={additions} deletions={deletions} />}
      </button>
      {people.length > 0 && (
        <span
          className="flex shrink-0 gap-0.5"
          title={`Asked for by ${people.map(({ name }) => name).join(', ')}`}
        >
          {people.slice(0, 3).map(({ userId, name }) => (
            <Face key={userId} id={userId} name={name} />
          ))}
          <span className="sr-only">asked for by {plural(people.length, 'person')}</span>
        </span>
      )}
      <IconButton label={`Copy the path ${path}`} onClick={() => void copy()}>
        <CopyIcon />
      </IconButton>
      {status !== 'deleted' && (
        <IconButton label={`Open ${path}`} onClick={() => showFile({ path })}>
          <FileIcon />
        </IconButton>
      )}
    </h3>
  );
}

/** The folder gives way first: a name is what people look for. */
function PathName({ file: { path, oldPath } }: { file: PatchFile }) {
  const shown = visibleCode(path);
  const at = shown.lastIndexOf('/') + 1;
  return (
    <span
      className="flex min-w-0 flex-1 font-mono text-xs"
      title={oldPath === null ? shown : `${visibleCode(oldPath)} → ${shown}`}
    >
      {oldPath !== null && (
        <span className="min-w-0 shrink-[1000] truncate text-muted">{visibleCode(oldPath)}&nbsp;→&nbsp;</span>
      )}
      <span className="min-w-0 shrink-[1000] truncate whitespace-pre text-muted">{shown.slice(0, at)}</span>
      <span className="min-w-0 truncate whitespace-pre">{shown.slice(at)}</span>
    </span>
  );
}
