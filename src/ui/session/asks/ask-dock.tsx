import type { AskAnswer } from '@/domain/events/ask';
import type { AskId } from '@/domain/ids';
import type { ItemOf, TimelineItem } from '@/domain/timeline/items';
import { Mark } from '../../kit/mark';
import { clientOf, nameOf } from '../timeline/actor-name';
import { answerWords } from './answer-words';
import { PermissionCard } from './permission-card';
import { QuestionCard } from './question-card';

interface AskDockProps {
  items: readonly TimelineItem[];
  /** Null for somebody who may only watch. */
  onAnswer: ((askId: AskId, answer: AskAnswer) => void) | null;
}

/** What the agent waits for, in view until somebody answered and the agent has it. */
export function AskDock({ items, onAnswer }: AskDockProps) {
  const asks = items.filter(
    (item): item is ItemOf<'ask'> =>
      item.type === 'ask' && (item.status === 'open' || item.status === 'answered'),
  );
  if (asks.length === 0) return null;
  return (
    <section aria-label="The agent asks" className="mb-2 flex max-h-[45dvh] flex-col gap-2 overflow-y-auto">
      {asks.map((item) => (
        <AskCard key={item.askId} item={item} onAnswer={onAnswer} />
      ))}
    </section>
  );
}

function AskCard({ item, onAnswer }: { item: ItemOf<'ask'> } & Pick<AskDockProps, 'onAnswer'>) {
  const { askId, ask, status, answer, answeredBy } = item;
  const client = clientOf(answeredBy);
  return (
    <article
      data-ask={status}
      {...focusTarget(status)}
      className="animate-appear rounded-lg border border-ask/60 bg-surface px-3 py-2"
      aria-label={ask.type === 'permission' ? 'The agent asks for permission' : 'The agent has a question'}
    >
      <div className="flex items-start gap-2">
        <span className="mt-1">
          <Mark shape="question" tone="ask" />
        </span>
        <div className="min-w-0 flex-1">
          {ask.type === 'permission' ? (
            <PermissionCard
              ask={ask}
              onAnswer={onAnswer && status === 'open' ? (given) => onAnswer(askId, given) : null}
            />
          ) : (
            <QuestionCard
              ask={ask}
              onAnswer={onAnswer && status === 'open' ? (given) => onAnswer(askId, given) : null}
            />
          )}
          {status === 'answered' && answer !== null && (
            <p role="status" className="mt-1 text-xs text-muted">
              {nameOf(answeredBy)}
              {client !== null && ` ${client}`} answered: {answerWords(answer)}. Telling the agent…
            </p>
          )}
          {onAnswer === null && status === 'open' && (
            <p className="mt-1 text-xs text-muted">Somebody who may prompt in this session can answer.</p>
          )}
        </div>
      </div>
    </article>
  );
}

/** The key for what needs somebody leads to a card that is open; from there on it is the tab key's. */
function focusTarget(status: ItemOf<'ask'>['status']): { 'data-needs-you'?: ''; tabIndex: -1 } {
  return { ...(status === 'open' && { 'data-needs-you': '' }), tabIndex: -1 };
}
