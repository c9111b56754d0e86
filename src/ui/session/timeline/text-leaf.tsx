import { useLiveText } from '../session-context';
import type { LeafProps } from './leaf';
import { Markdown } from './lazy-markdown';

/** What the agent says: as it is written, and in the end as the log has it. */
export function TextLeaf({ item, isOver }: LeafProps<'text'>) {
  const live = useLiveText(item.partId);
  const text = item.text ?? live ?? '';
  const isGrowing = item.text === null && !isOver;
  if (text.trim() === '') return null;
  return (
    <div data-live={isGrowing}>
      <Markdown text={text} isGrowing={isGrowing} />
      {item.text === null && isOver && <p className="mt-1 text-sm text-muted">It was cut off here.</p>}
    </div>
  );
}
