import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { CommandId, type PromptId, type SessionId, type TurnId } from '@/domain/ids';
import { wordsOf } from '../live/failure';
import { useTRPC } from '../live/trpc';

const newCommandId = (): CommandId => CommandId.parse(crypto.randomUUID());

export interface SessionCommands {
  stop: (turnId: TurnId) => void;
  retry: (promptId: PromptId) => void;
  withdraw: (promptId: PromptId) => void;
  /** What the last command was refused with, until the next one. */
  failure: string | null;
}

/** What one may ask of a session beside sending a prompt. What comes of it is seen in the log. */
export function useCommands(sessionId: SessionId): SessionCommands {
  const trpc = useTRPC();
  const stop = useMutation(trpc.turns.stop.mutationOptions());
  const retry = useMutation(trpc.prompts.retry.mutationOptions());
  const withdraw = useMutation(trpc.prompts.withdraw.mutationOptions());
  const newest = [stop, retry, withdraw].sort((a, b) => b.submittedAt - a.submittedAt)[0];
  const failure = newest?.error ? wordsOf(newest.error) : null;
  const { mutate: mutateStop } = stop;
  const { mutate: mutateRetry } = retry;
  const { mutate: mutateWithdraw } = withdraw;
  return useMemo(
    () => ({
      stop: (turnId) => mutateStop({ sessionId, commandId: newCommandId(), turnId }),
      retry: (promptId) => mutateRetry({ sessionId, commandId: newCommandId(), promptId }),
      withdraw: (promptId) => mutateWithdraw({ sessionId, commandId: newCommandId(), promptId }),
      failure,
    }),
    [sessionId, mutateStop, mutateRetry, mutateWithdraw, failure],
  );
}
