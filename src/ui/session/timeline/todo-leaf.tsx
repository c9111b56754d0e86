import { TodoList } from '../todo/todo-list';
import type { LeafProps } from './leaf';

/** What the agent means to do, and how far it is. */
export function TodoLeaf({ item: { todos } }: LeafProps<'todo'>) {
  return (
    <div className="ml-5">
      <TodoList todos={todos} />
    </div>
  );
}
