import type { TodoItem } from '@/domain/timeline/items';
import { Time } from '../../kit/time';
import type { PanelProps } from '../layout/side-panel';
import { TodoList } from './todo-list';

/** The agent's newest list of what it means to do. */
export function TodoPanel({ view: { items } }: PanelProps) {
  const newest = items.findLast((item): item is TodoItem => item.type === 'todo' && item.todos.length > 0);
  if (!newest) {
    return (
      <p className="p-4 text-muted">
        There is no list yet. The agent makes one when there is more than a step to do.
      </p>
    );
  }
  const done = newest.todos.filter(({ status }) => status === 'completed').length;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={0} role="group" aria-label="Todo list">
      <p className="mb-2 text-sm text-muted">
        {done} of {newest.todos.length} done · list of <Time at={newest.at} as="clock" />
      </p>
      <TodoList todos={newest.todos} />
    </div>
  );
}
