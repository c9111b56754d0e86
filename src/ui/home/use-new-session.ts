import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import { useKeptText } from '../kit/use-kept-text';
import { useTRPC } from '../live/trpc';
import type { RepositoryPick } from './use-repository-pick';

interface Ids {
  sessionId: SessionId;
  commandId: CommandId;
  promptId: PromptId;
}

function newIds(): Ids {
  return {
    sessionId: SessionId.parse(crypto.randomUUID()),
    commandId: CommandId.parse(crypto.randomUUID()),
    promptId: PromptId.parse(crypto.randomUUID()),
  };
}

/** The first prompt of a session to be, and its start. The text stays until the session is there. */
export function useNewSession() {
  const trpc = useTRPC();
  const router = useRouter();
  const [text, setText] = useKeptText('dispatch:draft:new');
  // The ids of a try that got no answer are used again, so that it can't become two sessions.
  const ids = useRef<{ for: string; ids: Ids } | null>(null);
  const create = useMutation(
    trpc.sessions.create.mutationOptions({
      onSuccess: ({ id }) => {
        setText('');
        router.push(`/s/${id}`);
      },
    }),
  );

  function start({ repositoryId, branch }: RepositoryPick): void {
    const asked = JSON.stringify([text, repositoryId, branch]);
    if (ids.current?.for !== asked) ids.current = { for: asked, ids: newIds() };
    const { sessionId, commandId, promptId } = ids.current.ids;
    create.mutate({
      ...{ sessionId, commandId },
      repository: { id: repositoryId },
      ...(branch === null ? {} : { baseBranch: branch }),
      prompt: { promptId, text },
    });
  }

  return { text, setText, start, isStarting: create.isPending || create.isSuccess, error: create.error };
}
