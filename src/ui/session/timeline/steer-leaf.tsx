import { Button } from '../../kit/button';
import { Face } from '../../kit/face';
import { Time } from '../../kit/time';
import { clientOf, nameOf } from './actor-name';
import type { LeafProps } from './leaf';

const STATUS_WORDS = {
  sent: 'on its way to the agent',
  delivered: 'with the agent, not read yet',
  read: 'read by the agent',
  missed: 'not read: the turn ended first',
} as const;

/** Something that was said to a running turn, and whether the agent read it. Unread, it can be asked as a prompt. */
export function SteerLeaf({ item, commands }: LeafProps<'steer'>) {
  const { author, text, status, at } = item;
  const client = clientOf(author);
  return (
    <article
      data-steer={status}
      className="mt-2 ml-4 rounded-lg border bg-surface px-3 py-2"
      aria-label={`${nameOf(author)} to the running turn`}
    >
      <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
        {author?.type === 'user' && <Face id={author.userId} name={author.name} />}
        <span className="font-medium text-text">{nameOf(author)}</span>
        <Time at={at} as="clock" />
        {client !== null && <span>{client}</span>}
        <span>{STATUS_WORDS[status]}</span>
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{text}</p>
      {status === 'missed' && (
        <Button size="small" className="mt-2" onClick={() => commands.sayAgain(item)}>
          Send as a prompt
        </Button>
      )}
    </article>
  );
}
