import type { Reason } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import { WorkspaceError } from '../workspace/workspace-error';
import { AgentStartError } from './agent-keeper';
import { isDiskFull } from './disk-full';
import { RefusedError, UnreachableError } from './server-client';

/** Why a sandbox could not be made ready, in words that a person understands. */
export function explainStart(error: unknown): Reason {
  const { code, message } = explain(error);
  return { code, message: cutText(message, 2_000) };
}

function explain(error: unknown): Reason {
  if (error instanceof WorkspaceError) return { code: error.code, message: error.message };
  if (error instanceof AgentStartError) {
    return { code: 'agent_start_failed', message: `The coding agent did not start: ${error.message}.` };
  }
  if (isDiskFull(error)) return { code: 'disk_full', message: 'The sandbox’s disk is full.' };
  if (error instanceof RefusedError || error instanceof UnreachableError) {
    return { code: 'credentials_failed', message: 'No credentials could be had for the repository.' };
  }
  const said = error instanceof Error ? error.message : String(error);
  return { code: 'start_failed', message: `The sandbox could not be made ready: ${said}` };
}
