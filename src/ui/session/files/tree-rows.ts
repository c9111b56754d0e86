import type { Folder, FolderEntry } from './use-files';

/** One line of the tree. */
export interface TreeRow {
  /** Of the folder for a remark in it. */
  path: string;
  name: string;
  level: number;
  kind: FolderEntry['kind'] | 'remark';
  isLink: boolean;
  isIgnored: boolean;
  isOpen: boolean;
  /** Its place among those beside it, from 1, and how many they are. */
  position: number;
  siblings: number;
}

/** The lines of a tree in which these folders are open, with a remark where there is nothing to list. */
export function treeRows(folders: ReadonlyMap<string, Folder>, open: ReadonlySet<string>): TreeRow[] {
  return rowsIn({ path: '', level: 1 }, folders, open);
}

function rowsIn(
  folder: { path: string; level: number },
  folders: ReadonlyMap<string, Folder>,
  open: ReadonlySet<string>,
): TreeRow[] {
  const { entries = null, isCut = false, error = null } = folders.get(folder.path) ?? {};
  if (entries === null) return [remark(folder, error ? 'It could not be read' : 'Reading…')];
  const rows = entries.flatMap((entry, at) => {
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    const isOpen = entry.kind === 'folder' && open.has(path);
    const { name, kind, isLink, isIgnored } = entry;
    const siblings = entries.length;
    const row = {
      path,
      name,
      level: folder.level,
      kind,
      isLink,
      isIgnored,
      isOpen,
      position: at + 1,
      siblings,
    };
    return isOpen ? [row, ...rowsIn({ path, level: folder.level + 1 }, folders, open)] : [row];
  });
  if (isCut) rows.push(remark(folder, 'There are more, which are not listed'));
  else if (rows.length === 0) rows.push(remark(folder, 'Empty'));
  return rows;
}

function remark({ path, level }: { path: string; level: number }, name: string): TreeRow {
  const looks = { isLink: false, isIgnored: false, isOpen: false, position: 1, siblings: 1 };
  return { path, name, level, kind: 'remark', ...looks };
}

/** Where a key of the tree leads, by the pattern for trees: another line, or a folder to open or close. */
export function afterKey(
  key: string,
  rows: readonly TreeRow[],
  at: number,
): { at: number } | { toggle: TreeRow } | null {
  const row = rows[at];
  switch (key) {
    case 'ArrowDown':
      return { at: Math.min(at + 1, rows.length - 1) };
    case 'ArrowUp':
      return { at: Math.max(at - 1, 0) };
    case 'Home':
      return { at: 0 };
    case 'End':
      return { at: rows.length - 1 };
    case 'ArrowRight':
      if (row?.kind !== 'folder') return null;
      return row.isOpen ? { at: at + 1 } : { toggle: row };
    case 'ArrowLeft':
      if (row?.isOpen === true) return { toggle: row };
      return { at: parentOf(rows, at) };
    default:
      return null;
  }
}

function parentOf(rows: readonly TreeRow[], at: number): number {
  const level = rows[at]?.level ?? 1;
  const parent = rows.slice(0, at).findLastIndex((row) => row.level < level);
  return parent === -1 ? at : parent;
}
