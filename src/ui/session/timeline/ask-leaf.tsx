import { askTitle } from '@/domain/session/evolve-asks';
import { Face } from '../../kit/face';
import { Mark } from '../../kit/mark';
import { Time } from '../../kit/time';
import { answerWords } from '../asks/answer-words';
import { clientOf, nameOf } from './actor-name';
import type { LeafProps } from './leaf';

/** What the agent asked, where it asked it, and what became of it: who answered, and from where. */
export function AskLeaf({ item }: LeafProps<'ask'>) {
  const { ask } = item;
  return (
    <div className="flex items-start gap-2 text-sm">
      <span className="mt-1">
        <Mark shape="question" tone={item.status === 'open' ? 'ask' : 'muted'} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="break-words">
          {ask.type === 'permission' ? 'Asked for permission: ' : 'Asked: '}
          <span className={ask.type === 'permission' ? 'font-mono' : undefined}>{askTitle(ask)}</span>
        </p>
        <AskEnd item={item} />
      </div>
    </div>
  );
}

function AskEnd({
  item: { status, answer, answeredBy, answeredAt, reason },
}: Pick<LeafProps<'ask'>, 'item'>) {
  const client = clientOf(answeredBy);
  if (answer !== null && status !== 'expired') {
    return (
      <p className="mt-0.5 flex flex-wrap items-center gap-1.5 text-muted">
        {answeredBy?.type === 'user' && <Face id={answeredBy.userId} name={answeredBy.name} />}
        <span>
          {nameOf(answeredBy)}
          {client !== null && ` ${client}`}: <span className="text-text">{answerWords(answer)}</span>
        </span>
        {answeredAt !== null && <Time at={answeredAt} as="clock" />}
      </p>
    );
  }
  if (status === 'expired') return <p className="mt-0.5 text-muted">{reason?.message}</p>;
  return <p className="mt-0.5 text-ask">Waits for an answer</p>;
}
