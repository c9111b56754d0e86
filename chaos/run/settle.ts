import { setTimeout as delay } from 'node:timers/promises';
import { SessionState } from '@/domain/session/state';
import type { World } from '../world/world';
import type { RunSession } from './session';

const LOOK_EVERY_MS = 300;
const SAY_EVERY_MS = 10_000;
/** A log that did not grow for this long, in a session that nothing is wanted of, has come to rest. */
const QUIET_MS = 1_500;

interface Seen {
  lastSeq: number;
  sinceMs: number;
}

/** A busy machine is slow: what moves is not stuck. But what moves for this many times as long is. */
const MAX_ROUNDS = 4;

/**
 * Waits until nothing is wanted of any session and everybody shows the end of its log. Answers what is in the way of
 * each that does not come to rest: when nothing moved for so long.
 */
export async function settle(
  world: World,
  sessions: readonly RunSession[],
  { settleMs, say }: { settleMs: number; say: (line: string) => void },
): Promise<Map<RunSession, string>> {
  const seen = new Map<RunSession, Seen>();
  const lastMs = Date.now() + settleMs * MAX_ROUNDS;
  let movedMs = Date.now();
  let saidMs = Date.now();
  let before = '';
  for (;;) {
    const restless = new Map<RunSession, string>();
    for (const session of sessions) {
      session.script.answerOpen();
      const why = await whyRestless(world, session, seen);
      if (why !== null) restless.set(session, why);
    }
    const now = [...seen.values()].map(({ lastSeq }) => lastSeq).join() + [...restless.values()].join();
    if (now !== before) movedMs = Date.now();
    if (Date.now() > saidMs + SAY_EVERY_MS) {
      saidMs = Date.now();
      for (const [{ name }, why] of restless) say(`waiting for ${name}: ${why}`);
    }
    before = now;
    if (restless.size === 0 || Date.now() > Math.min(lastMs, movedMs + settleMs)) return restless;
    await delay(LOOK_EVERY_MS);
  }
}

async function whyRestless(
  { database }: World,
  session: RunSession,
  seen: Map<RunSession, Seen>,
): Promise<string | null> {
  const [row] = await database.ask<{ last_seq: number; state: unknown }>(
    'SELECT last_seq, state FROM session WHERE id = $1',
    [session.id],
  );
  if (!row) return 'is not there';
  const before = seen.get(session);
  const { last_seq: lastSeq } = row;
  if (before?.lastSeq !== lastSeq) seen.set(session, { lastSeq, sinceMs: Date.now() });
  const wanted = whatIsWanted(SessionState.parse(row.state));
  if (wanted !== null) return wanted;
  if (!session.script.isSettled) return 'somebody waits for an answer to a command';
  if (Date.now() - (seen.get(session)?.sinceMs ?? 0) < QUIET_MS) return 'its log still grows';
  return whoIsBehind(session, lastSeq);
}

function whoIsBehind({ watchers, projector }: RunSession, lastSeq: number): string | null {
  const late = watchers.findIndex((watcher) => !watcher.isAt(lastSeq));
  const snapshot = watchers[late]?.snapshot;
  if (snapshot) {
    const { appliedSeq, head, state } = snapshot;
    return `client ${late} is at ${appliedSeq} of ${head}, ${state.kind}; the log ends at ${lastSeq}`;
  }
  const { cursor } = projector.kept;
  return cursor === lastSeq ? null : `the projector is at ${cursor} of ${lastSeq}`;
}

function whatIsWanted({ running, queue, asks, sandbox }: SessionState): string | null {
  if (running)
    return `turn ${running.turnId} runs, ${running.isDelivered ? '' : 'not '}delivered; sandbox ${sandbox.phase}`;
  if (queue.length > 0) return `${queue.length} prompts wait; sandbox ${sandbox.phase}`;
  if (asks.some(({ status }) => status !== 'expired')) return 'an ask is open';
  const { phase } = sandbox;
  return phase === 'requested' || phase === 'booting' || phase === 'cloning' ? `sandbox ${phase}` : null;
}
