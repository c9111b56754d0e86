import { findSession, setDeadline, setSandboxRef, type SessionRecord } from '@/db/sessions';
import { collectSnapshots } from '@/db/snapshots';
import { messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { Reason } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import type { SystemCommand } from '@/domain/session/commands';
import { type LifeFacts, type LifeStep, lifeStep } from '@/domain/session/life';
import { MAX_KEEPING_AWAITED_SECONDS, patienceSeconds } from '@/domain/session/patience';
import { isAgentReachable, openAsks } from '@/domain/session/state';
import type { Deps } from '../deps';
import { settleBuild } from '../environments/settle-build';
import { runCommand } from '../sessions/run-command';
import { dropSnapshots } from './drop-snapshots';
import { endSandbox } from './end-sandbox';
import { keepDisk, keepSnapshot } from './keep-disk';
import { type Observed, observeSandbox } from './observe-sandbox';
import { startSandbox } from './start-sandbox';

/**
 * Looks after one session whose time has come, or of whose sandbox something was heard: `lifeStep` says what is due,
 * and it is done here. Harmless at any time, by anybody.
 */
export async function checkSandbox(deps: Deps, sessionId: SessionId): Promise<void> {
  const found = await findSession(deps.db, sessionId);
  if (!found) return;
  await checkFound(deps, found);
  if (found.isBuilder) await settleBuild(deps, sessionId);
}

async function checkFound(deps: Deps, found: SessionRecord): Promise<void> {
  const { id: sessionId } = found;
  const observed = await observeSandbox(deps, found);
  const session = await tellLimits(deps, found, observed);
  const step = lifeStep(session.state, observed.facts, {
    // What is built is kept as soon as it is.
    sleepAfter: session.isBuilder ? 0 : deps.config.sandboxIdleSeconds,
  });
  switch (step) {
    case 'end':
      return endUnwanted(deps, session);
    case 'start':
      await rest(deps, session);
      return startSandbox(deps, { sessionId, epoch: session.epoch });
    case 'keep':
      return keepDisk(deps, { sessionId });
    case 'give_up_disk':
      return keepDisk(deps, { sessionId, isLastTry: true });
    case 'declare_lost':
      return declareLost(deps, session, observed);
    case 'force_quiesce':
      await give(deps, session, commandOf(step, session, observed.facts));
      return keepDisk(deps, { sessionId });
    case 'expire_ask':
    case 'end_turn':
    case 'sleep':
    case 'roll':
    case 'roll_urgently':
      return give(deps, session, commandOf(step, session, observed.facts));
    case 'rest':
      return rest(deps, session);
  }
}

/** Tells what a sandbox ran out of, once a life; answers the session after it. */
async function tellLimits(
  deps: Deps,
  session: SessionRecord,
  { limitsHit }: Observed,
): Promise<SessionRecord> {
  const { id, epoch, state } = session;
  const fresh = limitsHit.filter((limit) => !state.sandbox.limitsHit.includes(limit));
  for (const limit of fresh) {
    const command = { type: 'sandbox-limit', epoch, limit } as const;
    await runCommand(deps, { sessionId: id, actor: SYSTEM, command });
  }
  return fresh.length === 0 ? session : ((await findSession(deps.db, id)) ?? session);
}

/** Looks again when the state says that it is time to. */
async function rest(deps: Pick<Deps, 'db'>, { id, version, state }: SessionRecord): Promise<void> {
  await setDeadline(deps.db, id, { version, seconds: patienceSeconds(state) });
}

async function give(deps: Deps, session: SessionRecord, command: SystemCommand | null): Promise<void> {
  if (!command) return rest(deps, session);
  const answer = await runCommand(deps, { sessionId: session.id, actor: SYSTEM, command });
  if (!answer.ok) await rest(deps, session);
}

/** What a step asks of the session; null when what it is about is not there any more. */
function commandOf(
  step: Extract<LifeStep, 'force_quiesce' | 'expire_ask' | 'end_turn' | 'sleep' | 'roll' | 'roll_urgently'>,
  { state, epoch, isBuilder }: SessionRecord,
  facts: LifeFacts,
): SystemCommand | null {
  switch (step) {
    case 'force_quiesce':
      return { type: 'sandbox-quiesced', epoch };
    case 'expire_ask': {
      const [oldest] = openAsks(state);
      const message = `Nobody answered for ${minutes(facts.ask)}, so the agent goes on without.`;
      return oldest
        ? { type: 'ask-overdue', askId: oldest.askId, reason: { code: 'ask_expired', message } }
        : null;
    }
    case 'end_turn': {
      const { running } = state;
      const message = `The turn ran for ${minutes(facts.turn)}, the most that one may take.`;
      return running
        ? { type: 'turn-overdue', turnId: running.turnId, reason: { code: 'turn_overdue', message } }
        : null;
    }
    case 'sleep': {
      return { type: 'sandbox-idle', epoch, reason: isBuilder ? BUILT : idleSince(facts) };
    }
    case 'roll':
    case 'roll_urgently': {
      const isUrgent = step === 'roll_urgently';
      const message = `A sandbox has a longest life, and this one is over in ${minutes(facts.left)}.`;
      return { type: 'sandbox-expiring', epoch, isUrgent, reason: { code: 'sandbox_expiring', message } };
    }
  }
}

const BUILT: Reason = { code: 'built', message: 'Everything is set up, and its disk is kept.' };

function idleSince({ idle }: LifeFacts): Reason {
  return { code: 'idle', message: `Nobody asked for anything for ${minutes(idle)}.` };
}

function minutes(seconds: number | null): string {
  const whole = Math.max(1, Math.round((seconds ?? 0) / 60));
  return whole === 1 ? 'a minute' : `${whole} minutes`;
}

/** Ends what may be left of a sandbox that failed or ended; asked again until the provider says that it is gone. */
async function endUnwanted(deps: Deps, session: SessionRecord): Promise<void> {
  const { id, version, epoch } = session;
  const isGone = await endSandbox(deps, session);
  if (isGone && session.sandboxRef !== null) await setSandboxRef(deps.db, id, { epoch, ref: null });
  if (session.isArchived) {
    await collectSnapshots(deps.db, id);
    await dropSnapshots(deps);
  }
  await setDeadline(deps.db, id, { version, seconds: isGone ? null : patienceSeconds(session.state) });
}

/** Its disk is kept first, as far as it is worth it: one that was never ready may hold half a clone. */
async function declareLost(deps: Deps, session: SessionRecord, observed: Observed): Promise<void> {
  const { ref, facts } = observed;
  try {
    if (ref && isAgentReachable(session.state)) {
      const kept = await keepSnapshot(deps, session, ref);
      // The next life starts from what was kept, so it is worth a moment.
      if (kept === 'pending' && facts.silent <= MAX_KEEPING_AWAITED_SECONDS) {
        await rest(deps, session);
        return;
      }
    } else if (ref) {
      await deps.sandboxes.terminate(ref);
    }
  } catch (error) {
    deps.log.error('a sandbox could not be ended', { sessionId: session.id, error: messageOf(error) });
    return rest(deps, session);
  }
  const message = `The sandbox ${howLost(observed)}. Everything until then is kept.`;
  const reason = { code: 'sandbox_lost', message };
  await give(deps, session, { type: 'sandbox-lost', epoch: session.epoch, reason });
}

function howLost({ facts, exitCode }: Observed): string {
  if (facts.provider === 'none') return 'is gone';
  if (facts.provider === 'running') return `did not answer for ${Math.round(facts.silent)} s`;
  return `ended unexpectedly${exitCode === null ? '' : ` (exit code ${exitCode})`}`;
}
