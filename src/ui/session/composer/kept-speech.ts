import type { PromptId, SessionId } from '@/domain/ids';
import type { KeptSpeech } from './outbox';

/** Keeps what one person said in one session in this browser, until it is delivered. */
export function keptSpeech(given: { sessionId: SessionId; personId: string }): KeptSpeech {
  const prefix = `dispatch:outbox:${given.personId}:${given.sessionId}:`;
  return {
    read: () => guarded([], () => readAll(prefix)),
    write: (promptId: PromptId, text: string) =>
      guarded(undefined, () => localStorage.setItem(prefix + promptId, text)),
    remove: (promptId: PromptId) => guarded(undefined, () => localStorage.removeItem(prefix + promptId)),
  };
}

function readAll(prefix: string): string[] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) => localStorage.getItem(key) ?? []);
}

/** A browser that keeps nothing for us, or whose storage is full, still delivers while the page is open. */
function guarded<T>(otherwise: T, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof DOMException) return otherwise;
    throw error;
  }
}
