import { Button } from '../../kit/button';
import { Face } from '../../kit/face';
import { Time } from '../../kit/time';
import { clientOf, nameOf } from './actor-name';
import type { LeafProps } from './leaf';

/** What somebody asked. One that ended before any turn says here how; else its turn does, where it ended. */
export function PromptLeaf({ item, canRetry, commands }: LeafProps<'prompt'>) {
  const { author, text, at, status, attempt } = item;
  const client = clientOf(author);
  return (
    <article
      className="mt-3 rounded-lg border bg-surface px-3 py-2"
      aria-label={`Prompt by ${nameOf(author)}`}
    >
      <p className="flex items-center gap-2 text-sm text-muted">
        {author?.type === 'user' && <Face id={author.userId} name={author.name} />}
        <span className="font-medium text-text">{nameOf(author)}</span>
        <Time at={at} as="clock" />
        {client !== null && <span>{client}</span>}
        {attempt > 1 && <span>attempt {attempt}</span>}
        {status === 'withdrawn' && <span>withdrawn</span>}
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{text}</p>
      {item.turnId === null && (
        <EarlyEnd item={item} retry={canRetry ? () => commands.retry(item.promptId) : null} />
      )}
    </article>
  );
}

function EarlyEnd({
  item: { status, reason },
  retry,
}: Pick<LeafProps<'prompt'>, 'item'> & { retry: (() => void) | null }) {
  if (status !== 'failed' && status !== 'stopped' && status !== 'interrupted') return null;
  return (
    <div className="mt-2 flex items-start gap-2 border-t pt-2 text-sm">
      <p className="min-w-0 flex-1 text-danger">
        {status === 'stopped' ? 'Stopped before it began.' : 'It never began.'} {reason?.message}
      </p>
      {retry && (
        <Button size="small" onClick={retry}>
          Retry
        </Button>
      )}
    </div>
  );
}
