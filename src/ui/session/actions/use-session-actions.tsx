import { useRouter } from 'next/navigation';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { CommentPlace } from '@/domain/events/collaboration';
import { CommandId, SessionId } from '@/domain/ids';
import { say } from '../../kit/say';
import { useScreenCommands } from '../../kit/use-commands';
import { wordsOf } from '../../live/failure';
import type { LiveView } from '../../live/live-session';
import { useTRPCClient } from '../../live/trpc';
import type { SessionCommands } from '../use-commands';

// Seldom opened.
const CommentDialog = lazy(async () => ({ default: (await import('./comment-dialog')).CommentDialog }));
const BudgetDialog = lazy(async () => ({ default: (await import('./budget-dialog')).BudgetDialog }));

type Asked = { type: 'comment'; on: CommentPlace | null } | { type: 'budget' };

/** What one does to a session beside speaking to its agent: comments, its budget, a fork. */
export function useSessionActions({
  sessionId,
  view,
  commands,
  canPrompt,
}: {
  sessionId: SessionId;
  view: LiveView;
  commands: SessionCommands;
  canPrompt: boolean;
}): { comment: (on: CommentPlace | null) => void; dialog: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const comment = (on: CommentPlace | null) => setAsked({ type: 'comment', on });
  const fork = useFork(sessionId);
  const group = 'Session';
  const isEnabled = () => canPrompt && !view.session.isArchived;
  useScreenCommands([
    {
      ...{ id: 'session.comment', title: 'Comment on this session', group, keys: 'm', isEnabled },
      run: () => comment(null),
    },
    {
      ...{ id: 'session.budget', title: 'Set what this session may cost', group, isEnabled },
      run: () => setAsked({ type: 'budget' }),
    },
    { ...{ id: 'session.fork', title: 'Fork this session', group }, run: fork },
  ]);
  const dialog = asked && (
    <Suspense fallback={null}>
      {asked.type === 'comment' ? (
        <CommentDialog on={asked.on} onComment={commands.comment} onClose={close} />
      ) : (
        <BudgetDialog budget={view.session.budget} onSet={commands.setBudget} onClose={close} />
      )}
    </Suspense>
  );
  return { comment, dialog };
}

/** Opens a session that carries on from this one, and leads there. */
function useFork(sessionId: SessionId): () => void {
  const client = useTRPCClient();
  const router = useRouter();
  return () => {
    const ids = { commandId: crypto.randomUUID(), newSessionId: crypto.randomUUID() };
    const given = {
      sessionId,
      commandId: CommandId.parse(ids.commandId),
      newSessionId: SessionId.parse(ids.newSessionId),
    };
    client.sessions.fork.mutate(given).then(
      ({ id }) => router.push(`/s/${id}`),
      (error: unknown) => say(`It was not forked. ${wordsOf(error)}`),
    );
  };
}
