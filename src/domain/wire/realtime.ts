import { z } from 'zod';
import { LoggedEventSchema } from '../events/logged-event';
import type { SessionId, TeamId } from '../ids';
import { Delta } from './bridge';

/**
 * What travels through Pusher to clients. Every message is a hint: losing all of them makes a client slower,
 * never wrong.
 */

/** A message of up to this many bytes of JSON is sent; hosted Pusher refuses above 10,000. */
export const MAX_INLINE_BYTES = 9_000;

/** Events `from`..`to` were committed; they ride along when they fit. */
export const EventsMessage = z.object({
  from: z.number().int().positive(),
  to: z.number().int().positive(),
  events: z.array(LoggedEventSchema).optional(),
});
export type EventsMessage = z.infer<typeof EventsMessage>;

/** The log ends at `head`: sent after the last flush of a turn, to close a gap at the tail. */
export const HintMessage = z.object({ head: z.number().int().nonnegative() });

export const DeltasMessage = z.object({ deltas: z.array(Delta) });
export type DeltasMessage = z.infer<typeof DeltasMessage>;

/** The channel was renamed because rights changed: subscribe afresh. */
export const ResubscribeMessage = z.object({ accessVersion: z.number().int() });

/** Events of the session channel, by name. */
export const SESSION_MESSAGES = {
  events: 'events',
  hint: 'hint',
  deltas: 'deltas',
  resubscribe: 'resubscribe',
} as const;

export function sessionChannel(sessionId: SessionId, accessVersion: number): string {
  return `private-session-${sessionId}.${accessVersion}`;
}

/** Tells everybody of a team that a session in their list changed. */
export function teamChannel(teamId: TeamId): string {
  return `private-team-${teamId}`;
}

export const TEAM_MESSAGES = { sessionChanged: 'session-changed' } as const;

export type ParsedChannel =
  | { type: 'session'; sessionId: string; accessVersion: number }
  | { type: 'sandbox'; sessionId: string; epoch: number }
  | { type: 'team'; teamId: string };

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const SESSION_CHANNEL = new RegExp(`^private-(session|sandbox)-(${UUID})[.](\\d{1,9})$`);
const TEAM_CHANNEL = new RegExp(`^private-team-(${UUID})$`);

/** Reads a channel's name back; null for any other name. */
export function parseChannel(name: string): ParsedChannel | null {
  const team = TEAM_CHANNEL.exec(name)?.[1];
  if (team !== undefined) return { type: 'team', teamId: team };
  const [, kind, sessionId, number] = SESSION_CHANNEL.exec(name) ?? [];
  if (sessionId === undefined || number === undefined) return null;
  return kind === 'session'
    ? { type: 'session', sessionId, accessVersion: Number(number) }
    : { type: 'sandbox', sessionId, epoch: Number(number) };
}
