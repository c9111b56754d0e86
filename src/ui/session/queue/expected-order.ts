import { useState } from 'react';
import type { PromptId } from '@/domain/ids';
import type { SessionCommands } from '../use-commands';

interface Move {
  promptId: PromptId;
  /** 0 is next. */
  position: number;
}

/** The queue after a move; what is not in it any more is not put back. */
export function movedTo(queue: readonly PromptId[], { promptId, position }: Move): readonly PromptId[] {
  if (!queue.includes(promptId)) return queue;
  const others = queue.filter((id) => id !== promptId);
  return [...others.slice(0, position), promptId, ...others.slice(position)];
}

/**
 * The queue as one has just asked for it, until the log tells of any change of it or the move is refused: then it is
 * the log's, so that two people who move at once see the same in the end.
 */
export function useExpectedOrder(
  queue: readonly PromptId[],
  { promote, failure }: Pick<SessionCommands, 'promote' | 'failure'>,
): { order: readonly PromptId[]; move: SessionCommands['promote'] } {
  const [asked, setAsked] = useState<{ move: Move; of: string; refusal: string | null } | null>(null);
  const now = queue.join(' ');
  // The earlier refusal is gone: the next one is this move's, in the same words or not.
  if (asked !== null && asked.refusal !== null && failure === null) setAsked({ ...asked, refusal: null });
  const isOpen = asked !== null && asked.of === now && (failure === null || failure === asked.refusal);
  return {
    order: isOpen ? movedTo(queue, asked.move) : queue,
    move: (promptId, position) => {
      // What an earlier command was refused with stands until this one is on its way.
      setAsked({ move: { promptId, position }, of: now, refusal: failure });
      promote(promptId, position);
    },
  };
}
