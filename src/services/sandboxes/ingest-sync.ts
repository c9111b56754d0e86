import { randomUUID } from 'node:crypto';
import { append } from '@/db/append';
import { storeCheckpoint } from '@/db/part-texts';
import { commandsAfter, exchangeCommands } from '@/db/sandbox-commands';
import { findSession, hearSync, type SessionRecord } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { TurnId } from '@/domain/ids';
import { foldReported } from '@/domain/session/fold-reported';
import type { NumberedCommand, SyncRequest, SyncResponse } from '@/domain/wire/bridge';
import { MAX_INLINE_BYTES, SESSION_MESSAGES, sessionChannel } from '@/domain/wire/realtime';
import type { Deps } from '../deps';
import { followTurn } from '../github/refresh-pull-requests';
import { waitBriefly } from '../realtime/wait-briefly';
import { afterAppend } from '../sessions/after-append';
import { MAX_TRIES, pauseBeforeRetry } from '../sessions/pause-before-retry';
import type { SandboxIdentity } from './sandbox-token';
import { withAddresses } from './with-addresses';

/**
 * Takes what a bridge reports and answers what is there for it. Idempotent: what was stored already is skipped by
 * its number, and `ack` tells the bridge where to go on. Errors: `epoch_over` for a bridge of another life, or
 * one that lost its outbox and counts from 1 again.
 */
export async function ingestSync(
  deps: Deps,
  identity: SandboxIdentity,
  request: SyncRequest,
): Promise<SyncResponse> {
  const told = await storeReported(deps, identity, request);
  const { sessionId, epoch } = identity;
  for (const checkpoint of request.checkpoints) await storeCheckpoint(deps.db, sessionId, checkpoint);
  await publishDeltas(deps, { ...told, id: sessionId }, request);
  return {
    ack: told.bridgeAck,
    epoch,
    commands: told.commands.map((numbered) => withAddresses(deps, numbered)),
    watchers: told.watchers,
  };
}

/** What a bridge is told once what it reported is stored. */
type Told = Pick<SessionRecord, 'bridgeAck' | 'watchers' | 'accessVersion'> & { commands: NumberedCommand[] };

async function storeReported(deps: Deps, identity: SandboxIdentity, request: SyncRequest): Promise<Told> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    await pauseBeforeRetry(attempt);
    const told =
      (isQuiet(identity, request) && (await hear(deps, identity, request))) ||
      (await storeFresh(deps, identity, request));
    if (told) return told;
  }
  throw new AppError('conflict', 'Too many changes at once in this session; sync again.');
}

/** Nothing to store, as after every ring of the bell: nothing needs to be read before the write either. */
function isQuiet({ epoch }: SandboxIdentity, request: SyncRequest): boolean {
  return request.events.length === 0 && request.epoch === epoch;
}

/** Null when the bridge may not be heard any more, or another write came first: then why is looked up. */
async function hear(
  { db }: Pick<Deps, 'db'>,
  { sessionId, epoch }: SandboxIdentity,
  { bootId, ackedCommand: acked }: SyncRequest,
): Promise<Told | null> {
  const heard = await hearSync(db, sessionId, { epoch, bootId, acked });
  return heard && { ...heard, commands: commandsAfter(heard.openCommands, acked) };
}

/** Null when something else was written first. Errors: those of `currentSession`. */
async function storeFresh(deps: Deps, identity: SandboxIdentity, request: SyncRequest): Promise<Told | null> {
  const known = deps.remembered.get(identity.sessionId);
  const told = known && isTheirs(known, identity, request) && (await storeAsRemembered(deps, known, request));
  if (told) return told;
  const session = await currentSession(deps, identity, request);
  const fresh = notStored(session, request);
  if (fresh.length === 0) return hear(deps, identity, request);
  return store(deps, { session, fresh, request, folded: foldOn(session, fresh) });
}

/** Whether this very bridge reported last, as far as this process knows. */
function isTheirs(known: SessionRecord, { epoch }: SandboxIdentity, request: SyncRequest): boolean {
  return (
    !known.isArchived && known.epoch === epoch && request.epoch === epoch && known.bootId === request.bootId
  );
}

/**
 * What changes nothing but the log, which is most of it, is stored without the session being read first. Null when it
 * must be: it changes more, or the session is not as it was.
 */
async function storeAsRemembered(
  deps: Deps,
  session: SessionRecord,
  request: SyncRequest,
): Promise<Told | null> {
  const fresh = notStored(session, request);
  if (fresh.length === 0) return null;
  const folded = foldOn(session, fresh);
  if (folded.state !== session.state) return null;
  const told = await store(deps, { session, fresh, request, folded, isRemembered: true });
  if (!told) deps.remembered.forget(session.id);
  return told;
}

/** What the log does not have yet; nothing when the report begins after a gap. */
function notStored(session: SessionRecord, request: SyncRequest): SyncRequest['events'] {
  const stored = session.bridgeAck - (request.first - 1);
  return stored < 0 ? [] : request.events.slice(stored);
}

function foldOn(session: SessionRecord, fresh: SyncRequest['events']): ReturnType<typeof foldReported> {
  const { id: sessionId, epoch } = session;
  return foldReported(session.state, fresh, { sessionId, epoch, turnId: TurnId.parse(randomUUID()) });
}

interface Report {
  session: SessionRecord;
  fresh: SyncRequest['events'];
  request: SyncRequest;
  folded: ReturnType<typeof foldReported>;
  /** Not read just now: then nothing of its state may have changed since. */
  isRemembered?: boolean;
}

/** Null when the session is not as `session` has it. */
async function store(deps: Deps, report: Report): Promise<Told | null> {
  const { session, fresh, request, folded, isRemembered = false } = report;
  const isChanged = folded.state !== session.state;
  const { bootId, ackedCommand: acked } = request;
  const { version, epoch } = session;
  const appended = await append(deps.db, {
    sessionId: session.id,
    guard: {
      ...(isChanged || isRemembered ? { version } : {}),
      bridge: { epoch, first: session.bridgeAck + 1, count: fresh.length, bootId },
    },
    events: folded.events,
    ...(isChanged ? { state: folded.state } : {}),
  });
  if (!appended) return null;
  const { accessVersion, watchers, openCommands: open } = appended;
  const bridgeAck = session.bridgeAck + fresh.length;
  const after = { ...session, state: folded.state, accessVersion, watchers, bridgeAck, bootId };
  if (isChanged) deps.remembered.forget(session.id);
  else deps.remembered.set(after);
  await afterAppend(deps, after, appended);
  if (fresh.some(isEndOfTurn)) deps.defer(() => followTurn(deps, session.id));
  return { ...after, commands: await exchangeCommands(deps.db, session.id, { epoch, acked, open }) };
}

/** What a turn changed comes before its end, so that by then there is all to publish. */
function isEndOfTurn(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'kind' in event && event.kind === 'prompt.finished';
}

async function currentSession(
  deps: Pick<Deps, 'db'>,
  { sessionId, epoch }: SandboxIdentity,
  request: SyncRequest,
): Promise<SessionRecord> {
  const session = await findSession(deps.db, sessionId);
  if (!session) throw new AppError('not_found', `There is no session ${sessionId}.`);
  if (session.epoch !== epoch || request.epoch !== epoch) {
    throw new AppError('epoch_over', `Epoch ${epoch} is over; ${session.epoch} is the present one.`);
  }
  if (session.isArchived) throw new AppError('epoch_over', 'The session is archived.');
  if (session.bootId !== null && session.bootId !== request.bootId) {
    throw new AppError('epoch_over', 'Another bridge reports for this epoch already.');
  }
  return session;
}

/**
 * Passes live text on, a running tool's last output with it, in messages that each fit. It is not in the log, so one
 * that is lost is fetched by whoever misses it.
 */
async function publishDeltas(
  deps: Deps,
  session: Pick<SessionRecord, 'id' | 'watchers' | 'accessVersion'>,
  { deltas, checkpoints }: SyncRequest,
): Promise<void> {
  const outputs = session.watchers > 0 ? checkpoints.filter(({ isReplacement }) => isReplacement) : [];
  const live = [...deltas, ...outputs.map(({ isReplacement, ...delta }) => delta)];
  const channel = sessionChannel(session.id, session.accessVersion);
  for (const fitting of splitBySize(live, MAX_INLINE_BYTES)) {
    const data = { deltas: fitting };
    const sending = deps.realtime.publish({ channel, event: SESSION_MESSAGES.deltas, data });
    await waitBriefly(
      deps,
      sending.then(() => undefined),
    );
  }
}

/** Runs of items whose JSON is at most `maxBytes` together; an item that is larger stands alone. */
function splitBySize<T>(items: readonly T[], maxBytes: number): T[][] {
  const runs: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    const run = runs.at(-1);
    if (run && bytes <= room) run.push(item);
    else runs.push([item]);
    room = (run && bytes <= room ? room : maxBytes) - bytes;
  }
  return runs;
}
