import type { Todo } from '@/domain/events/session-event';
import { Mark, type MarkShape, type MarkTone } from '../../kit/mark';

const LOOK = {
  pending: { shape: 'ring', tone: 'muted', words: 'to do' },
  in_progress: { shape: 'half', tone: 'live', words: 'in progress' },
  completed: { shape: 'check', tone: 'ok', words: 'done' },
  cancelled: { shape: 'dash', tone: 'muted', words: 'dropped' },
} satisfies Record<Todo['status'], { shape: MarkShape; tone: MarkTone; words: string }>;

/** What the agent means to do, each with how far it is. */
export function TodoList({ todos }: { todos: readonly Todo[] }) {
  return (
    <ul aria-label="Todo list" className="flex flex-col gap-0.5 text-sm">
      {todos.map(({ content, status }, at) => {
        const { shape, tone, words } = LOOK[status];
        const isOver = status === 'completed' || status === 'cancelled';
        return (
          <li key={at} className="flex items-start gap-2">
            <span className="mt-1">
              <Mark shape={shape} tone={tone} />
            </span>
            <span className="sr-only">{words}: </span>
            <span className={isOver ? 'text-muted' : undefined}>{content}</span>
          </li>
        );
      })}
    </ul>
  );
}
