import { useMutation } from '@tanstack/react-query';
import type { TRPCClient } from '@trpc/client';
import { useMemo } from 'react';
import type { AppRouter } from '@/api/root';
import type { AskAnswer } from '@/domain/events/ask';
import type { SessionRole } from '@/domain/access/session-role';
import type { CommentPlace } from '@/domain/events/collaboration';
import {
  type AskId,
  CommandId,
  CommentId,
  PromptId,
  type SessionId,
  type TurnId,
  type UserId,
} from '@/domain/ids';
import type { ItemOf } from '@/domain/timeline/items';
import { wordsOf } from '../live/failure';
import { useTRPCClient } from '../live/trpc';
import type { OutgoingSpeech } from './composer/use-outgoing';

export interface SessionCommands {
  stop: (turnId: TurnId) => void;
  retry: (promptId: PromptId) => void;
  withdraw: (promptId: PromptId) => void;
  edit: (promptId: PromptId, text: string) => void;
  /** Moves a waiting prompt; 0 is next. */
  promote: (promptId: PromptId, position: number) => void;
  answer: (askId: AskId, answer: AskAnswer) => void;
  /** Says again, as a prompt, what the agent did not read. */
  sayAgain: (said: Pick<ItemOf<'steer'>, 'text' | 'attachments'>) => void;
  comment: (text: string, on: CommentPlace | null) => void;
  resolve: (commentId: CommentId) => void;
  setRole: (userId: UserId, role: SessionRole) => void;
  setBudget: (limitUsd: number | null) => void;
  /** What the last command was refused with, until the next one. */
  failure: string | null;
}

/** What one may ask of a session. What comes of it is seen in the log. */
export function useCommands(sessionId: SessionId, { say }: Pick<OutgoingSpeech, 'say'>): SessionCommands {
  const client = useTRPCClient();
  const { mutate: give, error } = useMutation({
    mutationFn: (run: (client: TRPCClient<AppRouter>) => Promise<unknown>) => run(client),
  });
  const failure = error && wordsOf(error);
  return useMemo(() => {
    const command = () => ({ sessionId, commandId: CommandId.parse(crypto.randomUUID()) });
    return {
      stop: (turnId) => give(({ turns }) => turns.stop.mutate({ ...command(), turnId })),
      retry: (promptId) => give(({ prompts }) => prompts.retry.mutate({ ...command(), promptId })),
      withdraw: (promptId) => give(({ prompts }) => prompts.withdraw.mutate({ ...command(), promptId })),
      edit: (promptId, text) => give(({ prompts }) => prompts.edit.mutate({ ...command(), promptId, text })),
      promote: (promptId, position) =>
        give(({ prompts }) => prompts.promote.mutate({ ...command(), promptId, position })),
      answer: (askId, answer) => {
        const promptId = PromptId.parse(crypto.randomUUID());
        give(({ asks }) => asks.answer.mutate({ ...command(), askId, answer, promptId }));
      },
      sayAgain: ({ text, attachments }) => say({ mode: 'queue', turnId: null, text, attachments }),
      comment: (text, on) => {
        const commentId = CommentId.parse(crypto.randomUUID());
        give(({ comments }) => comments.add.mutate({ ...command(), commentId, text, on }));
      },
      resolve: (commentId) => give(({ comments }) => comments.resolve.mutate({ ...command(), commentId })),
      setRole: (userId, role) =>
        give(({ sessions }) => sessions.setRole.mutate({ ...command(), userId, role })),
      setBudget: (limitUsd) => give(({ sessions }) => sessions.setBudget.mutate({ ...command(), limitUsd })),
      failure,
    };
  }, [sessionId, give, say, failure]);
}
