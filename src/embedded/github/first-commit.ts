import { updateRefs, writeObject } from './bare-repository';
import { type ProjectFiles } from './demo-project';
import { type TreeEntry } from './emulate-internals';
import { encodeCommit, encodeTree } from './git-objects';

/** A fixed date, so that the seeded repositories have the same commit ids on every machine. */
const DATE = '2026-01-05T09:00:00+00:00';

async function writeTree(folder: string, files: ProjectFiles): Promise<string> {
  const entries = new Map<string, TreeEntry>();
  for (const [path, text] of Object.entries(files)) {
    const [name = '', ...below] = path.split('/');
    if (entries.has(name)) continue;
    if (below.length === 0) {
      const sha = await writeObject(folder, 'blob', Buffer.from(text));
      entries.set(name, { path: name, mode: '100644', type: 'blob', sha });
      continue;
    }
    const inside = Object.entries(files)
      .filter(([other]) => other.startsWith(`${name}/`))
      .map(([other, content]) => [other.slice(name.length + 1), content] as const);
    const sha = await writeTree(folder, Object.fromEntries(inside));
    entries.set(name, { path: name, mode: '040000', type: 'tree', sha });
  }
  return writeObject(folder, 'tree', encodeTree([...entries.values()]));
}

/** Gives an empty bare repository its first commit on `branch`. */
export async function writeFirstCommit(
  folder: string,
  {
    branch,
    author,
    files,
  }: {
    readonly branch: string;
    readonly author: { readonly name: string; readonly email: string };
    readonly files: ProjectFiles;
  },
): Promise<void> {
  const commit = encodeCommit({
    message: 'First version',
    author_name: author.name,
    author_email: author.email,
    author_date: DATE,
    committer_name: author.name,
    committer_email: author.email,
    committer_date: DATE,
    tree_sha: await writeTree(folder, files),
    parent_shas: [],
  });
  const after = await writeObject(folder, 'commit', commit);
  await updateRefs(folder, [{ ref: `refs/heads/${branch}`, after }]);
}
