import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { CommandId, PromptId } from '@/domain/ids';
import { useAttachments } from '../attachments/use-attachments';
import { useKeptText } from '../kit/use-kept-text';
import { useOnline } from '../kit/use-online';
import { useTRPC } from '../live/trpc';
import { useDraftId } from './use-draft-id';
import type { StartWith } from './use-start-choices';
import { useWarming } from './use-warming';

interface Ids {
  commandId: CommandId;
  promptId: PromptId;
}

function newIds(): Ids {
  return {
    commandId: CommandId.parse(crypto.randomUUID()),
    promptId: PromptId.parse(crypto.randomUUID()),
  };
}

/**
 * The first prompt of a session to be, and its start. Text and files stay until the session is there. Without a network
 * the start waits for one.
 */
export function useNewSession() {
  const trpc = useTRPC();
  const router = useRouter();
  const [text, setText] = useKeptText('dispatch:draft:new');
  const { sessionId, renew } = useDraftId();
  const attachments = useAttachments(sessionId);
  // The ids of a try that got no answer are used again, so that it can't become two prompts.
  const ids = useRef<{ for: string; ids: Ids } | null>(null);
  const create = useMutation(
    trpc.sessions.create.mutationOptions({
      // Waiting for a network is done here, where it is said and can be taken back.
      networkMode: 'always',
      onSuccess: ({ id }) => {
        setText('');
        attachments.clear();
        renew();
        router.push(`/s/${id}`);
      },
    }),
  );

  function begin({ repositoryId, branch, modelId, effort }: StartWith): void {
    const { ready } = attachments;
    const asked = JSON.stringify([sessionId, text, ready, repositoryId, branch, modelId, effort]);
    if (ids.current?.for !== asked) ids.current = { for: asked, ids: newIds() };
    const { commandId, promptId } = ids.current.ids;
    create.mutate({
      ...{ sessionId, commandId, baseBranch: branch, effort },
      repository: { id: repositoryId },
      ...(modelId === null ? {} : { modelId }),
      prompt: { promptId, text, attachments: ready },
    });
  }

  const held = useHeldStart(begin);
  return {
    ...{ text, setText, attachments, error: create.error },
    warm: useWarming(sessionId),
    start: held.start,
    /** Started without a network: goes out with the next one, unless it is taken back. */
    isHeld: held.isHeld,
    takeBack: held.takeBack,
    isStarting: create.isPending || create.isSuccess,
  };
}

/** Begins at once, or as soon as there is a network. */
function useHeldStart(begin: (start: StartWith) => void) {
  const isOnline = useOnline();
  const [held, setHeld] = useState<StartWith | null>(null);
  const beginHeld = useEffectEvent(() => {
    if (!held) return;
    setHeld(null);
    begin(held);
  });
  useEffect(() => {
    if (isOnline) beginHeld();
  }, [isOnline]);
  return {
    isHeld: held !== null,
    start: (start: StartWith) => (isOnline ? begin(start) : setHeld(start)),
    takeBack: () => setHeld(null),
  };
}
