import { useState } from 'react';
import type { PromptId } from '@/domain/ids';
import type { ItemOf } from '@/domain/timeline/items';
import type { LiveView } from '../../live/live-session';
import type { SessionCommands } from '../use-commands';
import { useExpectedOrder } from './expected-order';
import { QueuedPrompt } from './queued-prompt';
import { useDragOrder } from './use-drag-order';

/** The prompts that wait for the running turn, in the order in which they will run; anybody who may prompt changes it. */
export function QueuePanel({
  view,
  commands,
  canChange,
}: {
  view: LiveView;
  commands: Pick<SessionCommands, 'withdraw' | 'edit' | 'promote' | 'failure'>;
  canChange: boolean;
}) {
  const [editing, setEditing] = useState<PromptId | null>(null);
  const queue = view.session.queue.map(({ promptId }) => promptId);
  const { order, move } = useExpectedOrder(queue, commands);
  const waiting = order
    .map((promptId) => view.items.find(({ id }) => id === `prompt:${promptId}`))
    .filter((item): item is ItemOf<'prompt'> => item?.type === 'prompt');
  const drag = useDragOrder(move);
  if (waiting.length === 0) return null;
  return (
    <section aria-label="Queue" className="mb-2">
      <h2 className="text-xs font-medium text-muted">
        Queue <span className="tabular">({waiting.length})</span>
      </h2>
      <ol className="max-h-40 overflow-y-auto">
        {waiting.map((item, index) => (
          <QueuedPrompt
            key={item.promptId}
            item={item}
            position={index}
            isLast={index === waiting.length - 1}
            isEditing={editing === item.promptId}
            drag={canChange ? drag.row(item.promptId, index) : null}
            onEdit={(isEditing) => setEditing(isEditing ? item.promptId : null)}
            commands={canChange ? { ...commands, promote: move } : null}
          />
        ))}
      </ol>
    </section>
  );
}
