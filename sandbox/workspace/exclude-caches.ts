import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Git } from './git';

const BEGIN = '# Dispatch: caches that .dispatch/environment.json names';
const END = '# Dispatch: end of caches';

/**
 * Has git ignore the folders that a repository names as its caches: what is in them is no change of a session, and stays
 * when a prebuilt clone is switched. A folder that holds files of the repository is left alone, since new files in it are
 * somebody's work; those are answered.
 */
export async function excludeCaches(git: Git, caches: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  const lines: string[] = [];
  for (const path of caches) {
    const tracked = await git.text(['ls-files', '-z', '--', `:(literal)${path}`]);
    if (tracked === '') lines.push(`/${path.replaceAll(/[\\*?[\]]/g, String.raw`\$&`).replace(/\/+$/, '')}`);
    else refused.push(path);
  }
  const file = join(git.folder, '.git', 'info', 'exclude');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const others = withoutBlock(before);
  const block = lines.length > 0 ? `${BEGIN}\n${lines.join('\n')}\n${END}\n` : '';
  if (others + block !== before) writeFileSync(file, others + block);
  return refused;
}

function withoutBlock(text: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) return text;
  return text.slice(0, begin) + text.slice(end + END.length + 1);
}
