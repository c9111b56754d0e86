import { useRef } from 'react';
import type { SessionId } from '@/domain/ids';
import { useTRPCClient } from '../live/trpc';
import type { StartWith } from './use-start-choices';

/** A draft that is not heard of for ten minutes is ended. */
const SAY_EVERY_MS = 30_000;

/** Has a sandbox started while a first prompt is being typed: to be called with each change of it. */
export function useWarming(sessionId: SessionId): (start: StartWith | null) => void {
  const client = useTRPCClient();
  const said = useRef({ for: '', atMs: 0 });
  return (start) => {
    if (start === null) return;
    const { repositoryId, branch, modelId, effort } = start;
    const asked = JSON.stringify([sessionId, repositoryId, branch, modelId, effort]);
    if (said.current.for === asked && Date.now() - said.current.atMs < SAY_EVERY_MS) return;
    said.current = { for: asked, atMs: Date.now() };
    const draft = {
      ...{ sessionId, repository: { id: repositoryId }, baseBranch: branch, effort },
      ...(modelId === null ? {} : { modelId }),
    };
    // Without it the session's sandbox starts when the prompt is sent; what is wrong is said then.
    client.sessions.draft.mutate(draft).catch(() => undefined);
  };
}
