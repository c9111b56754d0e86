import { z } from 'zod';
import { ClientKind } from '../events/actor';
import { LoggedEventSchema } from '../events/logged-event';
import { SessionId, type TeamId, UserId } from '../ids';
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

/** Who is here: the presence channel beside a session's, renamed together with it. */
export function presenceChannel(sessionId: SessionId, accessVersion: number): string {
  return `${PRESENCE_PREFIX}${sessionId}.${accessVersion}`;
}

/** What the names of all presence channels begin with. */
export const PRESENCE_PREFIX = 'presence-session-';

/**
 * With this many people here, further ones don't join the presence channel: each join is told to everybody, and
 * hosted Pusher refuses the member after the hundredth.
 */
export const MAX_PRESENT = 90;

/** Who a member of a presence channel is, as the server signed it; of several clients, the first that joined. */
export const MemberInfo = z.object({
  name: z.string().max(200),
  login: z.string().max(100).nullable(),
  via: ClientKind,
});
export type MemberInfo = z.infer<typeof MemberInfo>;

/** What clients tell one another on the presence channel. It is shown, and believed for nothing else. */
export const PRESENCE_MESSAGES = { typing: 'client-typing', state: 'client-state' } as const;

export const TypingMessage = z.object({ isTyping: z.boolean().default(true) });

/** One client of the person who sends it. `isNew` asks the others for theirs, `isGone` is a goodbye. */
export const ClientStateMessage = z.object({
  client: z.string().min(1).max(40),
  via: ClientKind,
  isIdle: z.boolean(),
  isNew: z.boolean().default(false),
  isGone: z.boolean().default(false),
});
export type ClientStateMessage = z.infer<typeof ClientStateMessage>;

/** Tells everybody of a team what changed in their list. Renamed when somebody leaves the team. */
export function teamChannel(teamId: TeamId, accessVersion: number): string {
  return `private-team-${teamId}.${accessVersion}`;
}

/** Events of a team's channel, by name. `resubscribe` is the session channel's. */
export const TEAM_MESSAGES = {
  sessionChanged: 'session-changed',
  sessionDoing: 'session-doing',
  here: 'here',
  resubscribe: SESSION_MESSAGES.resubscribe,
} as const;

/** These people are in the session now. */
export const HereMessage = z.object({
  sessionId: SessionId,
  here: z.array(z.object({ userId: UserId, name: z.string(), clients: z.array(ClientKind) })),
});
export type HereMessage = z.infer<typeof HereMessage>;

export type ParsedChannel =
  | { type: 'session'; sessionId: string; accessVersion: number }
  | { type: 'presence'; sessionId: string; accessVersion: number }
  | { type: 'sandbox'; sessionId: string; epoch: number }
  | { type: 'team'; teamId: string; accessVersion: number };

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const CHANNEL = new RegExp(
  `^(private-session|presence-session|private-sandbox|private-team)-(${UUID})[.](\\d{1,9})$`,
);

/** Reads a channel's name back; null for any other name. */
export function parseChannel(name: string): ParsedChannel | null {
  const [, kind, id, digits] = CHANNEL.exec(name) ?? [];
  if (id === undefined || digits === undefined) return null;
  const number = Number(digits);
  switch (kind) {
    case 'private-session':
      return { type: 'session', sessionId: id, accessVersion: number };
    case 'presence-session':
      return { type: 'presence', sessionId: id, accessVersion: number };
    case 'private-sandbox':
      return { type: 'sandbox', sessionId: id, epoch: number };
    default:
      return { type: 'team', teamId: id, accessVersion: number };
  }
}
