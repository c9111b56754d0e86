import type { ToolItem } from '@/domain/timeline/items';
import { plural } from '../../kit/format';
import type { GroupKind } from './row';
import { toolWords } from './tool-words';

/** Names that fit on a line; of more, the rest is counted. */
const MAX_NAMES = 3;

const READING: ReadonlySet<string> = new Set(['read', 'list']);

/** What several calls did, on one line. */
export function groupWords(
  kind: GroupKind,
  items: readonly ToolItem[],
  isRunning: boolean,
): { verb: string; object: string } {
  const paths = [...new Set(items.map((item) => toolWords(item).object))];
  if (kind === 'change') return { verb: isRunning ? 'Editing' : 'Edited', object: namesOf(paths) };
  const read = items.filter(({ tool }) => READING.has(tool));
  const files = new Set(read.map((item) => toolWords(item).object)).size;
  const searches = items.length - read.length;
  if (files === 0) return { verb: isRunning ? 'Searching' : 'Searched', object: plural(searches, 'time') };
  return {
    verb: isRunning ? 'Reading' : 'Read',
    object: `${plural(files, 'file')}${searches > 0 ? `, searched ${plural(searches, 'time')}` : ''}`,
  };
}

function namesOf(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMES).map((path) => path.split('/').at(-1) ?? path);
  const more = paths.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${plural(more, 'other')}` : ''}`;
}
