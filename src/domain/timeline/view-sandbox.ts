import type { LoggedEvent } from '../events/logged-event';
import type { SandboxItem } from './items';
import { ofKind } from './of-kind';

/** One life of the sandbox: its phases in order, and the setup's output as one text. */
export function viewSandbox(
  placed: { id: string; seq: number; at: string; epoch: number },
  events: readonly LoggedEvent[],
): SandboxItem {
  const phases = ofKind(events, 'sandbox.phase');
  const last = phases.at(-1)?.event;
  return {
    ...placed,
    type: 'sandbox',
    phase: last?.phase ?? null,
    phases: phases.map(({ at, event }) => ({ phase: event.phase, at, reason: event.reason })),
    isolation: phases.findLast(({ event }) => event.isolation !== null)?.event.isolation ?? null,
    reason: last?.reason ?? null,
    limits: [...new Set(ofKind(events, 'sandbox.limit_hit').map(({ event }) => event.limit))],
    log: ofKind(events, 'setup.log')
      .map(({ event }) => event.text)
      .join(''),
  };
}
