import { nameOf } from './actor-name';
import type { LeafProps } from './leaf';

const STATUS_WORDS = {
  sent: 'on its way to the agent',
  delivered: 'with the agent, not read yet',
  read: 'read by the agent',
  missed: 'not read: the turn ended first',
} as const;

/** Something that was said to a running turn, and whether the agent read it. */
export function SteerLeaf({ item: { author, text, status } }: LeafProps<'steer'>) {
  return (
    <div className="border-l-2 border-accent pl-3">
      <p className="text-xs text-muted">
        {nameOf(author)} to the running turn · {STATUS_WORDS[status]}
      </p>
      <p className="whitespace-pre-wrap">{text}</p>
    </div>
  );
}
