import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import { CommandId, PromptId } from '@/domain/ids';
import { useAttachments } from '../attachments/use-attachments';
import { useKeptText } from '../kit/use-kept-text';
import { useTRPC } from '../live/trpc';
import { useDraftId } from './use-draft-id';
import type { RepositoryPick } from './use-repository-pick';

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

/** The first prompt of a session to be, and its start. Text and files stay until the session is there. */
export function useNewSession() {
  const trpc = useTRPC();
  const router = useRouter();
  const [text, setText] = useKeptText('dispatch:draft:new');
  const { sessionId, renew } = useDraftId();
  const attachments = useAttachments(sessionId);
  // The ids of a try that got no answer are used again, so that it can't become two sessions.
  const ids = useRef<{ for: string; ids: Ids } | null>(null);
  const create = useMutation(
    trpc.sessions.create.mutationOptions({
      onSuccess: ({ id }) => {
        setText('');
        attachments.clear();
        renew();
        router.push(`/s/${id}`);
      },
    }),
  );

  function start({ repositoryId, branch }: RepositoryPick): void {
    const asked = JSON.stringify([sessionId, text, repositoryId, branch, attachments.ready]);
    if (ids.current?.for !== asked) ids.current = { for: asked, ids: newIds() };
    const { commandId, promptId } = ids.current.ids;
    create.mutate({
      ...{ sessionId, commandId },
      repository: { id: repositoryId },
      ...(branch === null ? {} : { baseBranch: branch }),
      prompt: { promptId, text, attachments: attachments.ready },
    });
  }

  return {
    text,
    setText,
    attachments,
    start,
    isStarting: create.isPending || create.isSuccess,
    error: create.error,
  };
}
