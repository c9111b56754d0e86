import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import type { SessionId } from '@/domain/ids';
import { Button } from '../../kit/button';
import { classNames } from '../../kit/class-names';
import { Notice } from '../../kit/notice';
import { wordsOf } from '../../live/failure';
import { visibleCode } from '../diff/visible-code';
import { afterKey, type TreeRow, treeRows } from './tree-rows';
import { useFolders, useRefresh } from './use-files';
import { revealRow, useWindow } from './use-window';

const ROW_PX = 26;

interface FileTreeProps {
  sessionId: SessionId;
  revision: string;
  /** The file that is shown beside. */
  openPath: string | null;
  open: (path: string) => void;
}

/** The folders and files of the repository; a folder is read when it is opened. Arrow keys, as in any tree. */
export function FileTree({ sessionId, revision, openPath, open }: FileTreeProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const folders = useFolders({ sessionId, revision }, ['', ...opened]);
  const refresh = useRefresh(sessionId);
  const rows = useMemo(() => treeRows(folders, opened), [folders, opened]);
  const root = folders.get('');
  if (root?.error && root.entries === null) {
    return (
      <Notice
        tone="danger"
        className="m-4"
        action={
          <Button size="small" onClick={refresh}>
            Try again
          </Button>
        }
      >
        {wordsOf(root.error)}
      </Notice>
    );
  }
  const choose = (row: TreeRow) => {
    if (row.kind === 'folder') setOpened((before) => toggled(before, row.path));
    else if (row.kind !== 'remark') open(row.path);
  };
  return <Rows rows={rows} openPath={openPath} onChoose={choose} />;
}

function toggled(paths: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(paths);
  if (!next.delete(path)) next.add(path);
  return next;
}

function Rows({
  rows,
  openPath,
  onChoose,
}: {
  rows: readonly TreeRow[];
  openPath: string | null;
  onChoose: (row: TreeRow) => void;
}) {
  const id = useId();
  const tree = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState(0);
  const active = Math.min(chosen, rows.length - 1);
  const { from, to } = useWindow(tree, { count: rows.length, rowPx: ROW_PX });
  function press(event: KeyboardEvent<HTMLElement>): void {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const row = rows[active];
    const isChoice = event.key === 'Enter' || event.key === ' ';
    const next = afterKey(event.key, rows, active);
    if (!next && !isChoice) return;
    event.preventDefault();
    event.stopPropagation();
    if (isChoice && row) onChoose(row);
    else if (next && 'toggle' in next) onChoose(next.toggle);
    else if (next) {
      setChosen(next.at);
      revealRow(tree.current, next.at, ROW_PX);
    }
  }
  return (
    <div
      ref={tree}
      role="tree"
      aria-label="Files"
      tabIndex={0}
      aria-activedescendant={`${id}-${active}`}
      onKeyDown={press}
      className="group min-h-0 flex-1 overflow-y-auto py-1 -outline-offset-2"
    >
      <div style={{ paddingTop: from * ROW_PX, paddingBottom: (rows.length - to) * ROW_PX }}>
        {rows.slice(from, to).map((row, offset) => {
          const at = from + offset;
          return (
            <Row
              key={`${row.kind} ${row.path} ${row.name}`}
              id={`${id}-${at}`}
              row={row}
              isActive={at === active}
              isShown={row.path === openPath && row.kind === 'file'}
              onClick={() => {
                setChosen(at);
                onChoose(row);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

function Row({
  id,
  row,
  isActive,
  isShown,
  onClick,
}: {
  id: string;
  row: TreeRow;
  isActive: boolean;
  isShown: boolean;
  onClick: () => void;
}) {
  const { name, level, kind, isLink, isIgnored, isOpen, position, siblings } = row;
  return (
    // The tree itself has the focus and takes the keys, as the pattern for trees with an active item has it.
    <div
      id={id}
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={isShown}
      aria-expanded={kind === 'folder' ? isOpen : undefined}
      onClick={onClick}
      style={{ height: ROW_PX, paddingLeft: 8 + (level - 1) * 14 }}
      className={classNames(
        'flex cursor-pointer items-center gap-1.5 pr-3 text-sm hover:bg-raised',
        isShown && 'bg-raised font-medium',
        isActive &&
          'group-focus-visible:outline-2 group-focus-visible:-outline-offset-2 group-focus-visible:outline-accent',
        (isIgnored || kind === 'remark') && 'text-muted',
      )}
    >
      <span
        aria-hidden
        className={classNames(
          'w-2.5 shrink-0 text-center text-muted transition-transform',
          isOpen && 'rotate-90',
        )}
      >
        {kind === 'folder' ? '›' : ''}
      </span>
      <span className="min-w-0 truncate whitespace-pre" title={visibleCode(name)}>
        {visibleCode(name)}
      </span>
      {isLink && <span className="shrink-0 text-xs text-muted">link</span>}
      {isIgnored && level === 1 && <span className="ml-auto shrink-0 text-xs text-muted">ignored</span>}
    </div>
  );
}
