import type { SessionEvent } from '../events/session-event';
import type { Refusal } from './commands';

/** What one command does, before its consequences; or why it is refused. */
export type Answer = { ok: true; events: SessionEvent[] } | { ok: false; refusal: Refusal };

export function accept(...events: SessionEvent[]): Answer {
  return { ok: true, events };
}

export function refuse(code: Refusal['code'], message: string): Answer {
  return { ok: false, refusal: { code, message } };
}
