import type { PromptId } from '@/domain/ids';
import type { ItemOf } from '@/domain/timeline/items';
import { Button } from '../../kit/button';
import { useMe } from '../../live/live-provider';
import type { LiveView } from '../../live/live-session';

/** The prompts that wait for the running turn, in the order in which they will run. */
export function QueuePanel({
  view,
  onWithdraw,
}: {
  view: LiveView;
  onWithdraw: (promptId: PromptId) => void;
}) {
  const { person } = useMe();
  const waiting = view.session.queue
    .map(({ promptId }) => view.items.find(({ id }) => id === `prompt:${promptId}`))
    .filter((item): item is ItemOf<'prompt'> => item?.type === 'prompt');
  if (waiting.length === 0) return null;
  return (
    <section aria-label="Queue" className="mb-2">
      <h2 className="text-xs font-medium text-muted">
        Queue <span className="tabular">({waiting.length})</span>
      </h2>
      <ol className="max-h-32 overflow-y-auto">
        {waiting.map(({ promptId, author, text }, index) => (
          <li key={promptId} className="animate-appear flex items-center gap-2 py-0.5 text-sm">
            <span className="tabular w-4 shrink-0 text-right text-xs text-muted">{index + 1}</span>
            <span className="shrink-0 text-muted">
              {author?.type !== 'user' ? 'Dispatch' : author.userId === person.id ? 'You' : author.name}
            </span>
            <span className="min-w-0 flex-1 truncate" title={text}>
              {text}
            </span>
            <Button size="small" variant="quiet" onClick={() => onWithdraw(promptId)}>
              Withdraw
            </Button>
          </li>
        ))}
      </ol>
    </section>
  );
}
