import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { INITIAL_STATE } from '@/domain/session/state';
import type { SessionId } from '@/domain/ids';
import { digestOf } from '@/domain/timeline/digest';
import { checkProjector, checkTerminal, checkWatcher } from '../count/check-clients';
import { attemptsOf, checkReal, checkReplayed, readAgentLog } from '../count/check-agent';
import { checkLog, checkWishes } from '../count/check-log';
import { type Finding, Findings } from '../count/finding';
import { findStored, type StoredSession } from '../count/server-log';
import { untilAnswered } from '../clients/watcher';
import type { World } from '../world/world';
import type { RunSession } from './session';

const TERMINAL_MS = 15_000;

/** A session that came to rest, or did not: all that is wrong with it. */
export async function audit(
  world: World,
  session: RunSession,
  restless: string | undefined,
): Promise<{ findings: Finding[]; stored: StoredSession }> {
  const findings = new Findings(session.name);
  if (restless !== undefined) findings.add('stuck', restless);
  const stored = await findStored(world.database, session.id);
  if (!stored) {
    findings.add('lost', 'the session itself');
    return { findings: findings.all, stored: { events: [], lastSeq: 0, state: INITIAL_STATE, prompts: [] } };
  }
  const events = stored.events.map(({ event }) => event);
  checkLog(stored, findings);
  checkWishes(
    stored,
    session.hands.flatMap(({ wishes }) => wishes),
    findings,
  );
  const attempts = attemptsOf(events, session.script.markers);
  if (session.agent === 'replayed') {
    checkReplayed(events, { attempts, log: readAgentLog(world.sandboxes.agentLog) }, findings);
  } else {
    const workspace = join(await diskNow(world, session.id), 'workspace/real');
    checkReal(events, { attempts, workspace }, findings);
  }
  await checkServerDigest(session, stored, findings);
  await checkEverybody(session, stored, findings);
  return { findings: findings.all, stored };
}

/** Where a session's disk is: a sandbox that was lost put it aside, for the next one to begin with. */
async function diskNow({ database, sandboxes }: World, sessionId: SessionId): Promise<string> {
  const disk = sandboxes.diskOf(sessionId);
  if (existsSync(disk)) return disk;
  const [newest] = await database.ask<{ id: string }>(
    'SELECT id FROM snapshot WHERE session_id = $1 ORDER BY seq DESC LIMIT 1',
    [sessionId],
  );
  return newest ? join(sandboxes.folder, 'snapshots', newest.id, 'disk') : disk;
}

async function checkServerDigest(
  { hands: [hand], id: sessionId }: RunSession,
  { events }: StoredSession,
  findings: Findings,
): Promise<void> {
  const range = { sessionId, fromSeq: 1, toSeq: events.length };
  const { digest } = await untilAnswered(() => hand.api.call((client) => client.events.digest.query(range)));
  if (digest !== (await digestOf(events))) findings.add('diverged', 'the server’s digest is not the log’s');
}

async function checkEverybody(
  { watchers, projector, terminal }: RunSession,
  { events }: StoredSession,
  findings: Findings,
): Promise<void> {
  const digest = await digestOf(events);
  for (const [index, watcher] of watchers.entries()) {
    // One that does not get to the top shows less than there is, which is what is looked at next.
    await watcher.loadAll().catch(() => undefined);
    await checkWatcher(watcher, { name: `client ${index}`, events, digest }, findings);
  }
  checkProjector(projector, events, findings);
  if (!terminal) return;
  const result = await terminal.detach(TERMINAL_MS);
  await checkTerminal({ result, output: terminal.said }, events, findings);
}
