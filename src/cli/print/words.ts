import type { Actor } from '@/domain/events/actor';
import type { Outcome, Reason, SandboxLimit, SandboxPhase } from '@/domain/events/session-event';
import { visibleLine } from './visible-text';

/** Words and marks that the terminal shares between commands. */

export const OUTCOME_WORDS = {
  completed: '✓ completed',
  failed: '✗ failed',
  stopped: '■ stopped',
  interrupted: '! interrupted',
} as const satisfies Record<Outcome, string>;

export const PHASE_WORDS = {
  requested: 'a sandbox is requested',
  booting: 'the sandbox boots',
  waking: 'the sandbox wakes',
  cloning: 'cloning the repository',
  setup: 'running the setup',
  agent_starting: 'starting the agent',
  ready: 'the sandbox is ready',
  agent_restarted: 'the agent was started again',
  quiescing: 'the sandbox goes to sleep',
  rolling: 'moving to a new sandbox',
  snapshotting: 'keeping the disk of the sandbox',
  asleep: 'the sandbox sleeps',
  lost: 'the sandbox is lost',
  failed: 'the sandbox could not be started',
  ended: 'the sandbox has ended',
} as const satisfies Record<SandboxPhase, string>;

export const LIMIT_WORDS = {
  memory: 'the sandbox ran out of memory: what asked for more was ended',
  processes: 'the sandbox has as many processes as it may: no more could be started',
  cpu: 'the sandbox used all of the processor that it may',
  disk: 'the disk of the sandbox is full',
} as const satisfies Record<SandboxLimit, string>;

export function nameOf(actor: Actor | null): string {
  if (actor?.type === 'user') return visibleLine(actor.name, 60);
  return actor?.type === 'agent' ? 'the agent' : 'Dispatch';
}

/** `: why`, or nothing. */
export function because(reason: Reason | null): string {
  return reason ? `: ${visibleLine(reason.message, 400)}` : '';
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} m ${Math.round(seconds % 60)} s`;
}

/** How sessions are named to people: enough of the id to be the only one. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
