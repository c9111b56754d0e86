import type { Todo } from '@/domain/events/session-event';
import { Mark, type MarkShape, type MarkTone } from '../../kit/mark';
import type { LeafProps } from './leaf';

const LOOK = {
  pending: { shape: 'ring', tone: 'muted', words: 'to do' },
  in_progress: { shape: 'half', tone: 'live', words: 'in progress' },
  completed: { shape: 'check', tone: 'ok', words: 'done' },
  cancelled: { shape: 'dash', tone: 'muted', words: 'dropped' },
} satisfies Record<Todo['status'], { shape: MarkShape; tone: MarkTone; words: string }>;

/** What the agent means to do, and how far it is. */
export function TodoLeaf({ item: { todos } }: LeafProps<'todo'>) {
  if (todos.length === 0) return null;
  return (
    <ul aria-label="Todo list" className="ml-5 flex flex-col gap-0.5 text-sm">
      {todos.map(({ content, status }, at) => {
        const { shape, tone, words } = LOOK[status];
        return (
          <li key={at} className="flex items-center gap-2">
            <Mark shape={shape} tone={tone} />
            <span className="sr-only">{words}: </span>
            <span className={status === 'completed' || status === 'cancelled' ? 'text-muted' : undefined}>
              {content}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
