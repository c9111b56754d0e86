import type { PromptId } from '../ids';
import type { QueuedPrompt } from '../session/state';

type Queue = readonly QueuedPrompt[];

/** How many prompts may wait in one session. */
export const MAX_QUEUED = 100;

export function isQueued(queue: Queue, promptId: PromptId): boolean {
  return queue.some((item) => item.promptId === promptId);
}

/** Puts a prompt at the end; one that waits already stays where it is. */
export function enqueue(queue: Queue, prompt: QueuedPrompt): QueuedPrompt[] {
  return isQueued(queue, prompt.promptId) ? [...queue] : [...queue, prompt];
}

/** Puts a prompt at the front: a retry goes before what was asked later. */
export function enqueueFirst(queue: Queue, prompt: QueuedPrompt): QueuedPrompt[] {
  return [prompt, ...remove(queue, prompt.promptId)];
}

export function remove(queue: Queue, promptId: PromptId): QueuedPrompt[] {
  return queue.filter((item) => item.promptId !== promptId);
}

/** Moves a waiting prompt to `position` (0 is next); beyond the end means last. The others keep their order. */
export function promote(queue: Queue, promptId: PromptId, position: number): QueuedPrompt[] {
  const moved = queue.find((item) => item.promptId === promptId);
  if (!moved) return [...queue];
  const rest = remove(queue, promptId);
  return [...rest.slice(0, position), moved, ...rest.slice(position)];
}
