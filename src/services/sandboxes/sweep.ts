import { randomUUID } from 'node:crypto';
import { dropStaleReads } from '@/db/sandbox-reads';
import { claimOverdue } from '@/db/sessions';
import { recordSweep } from '@/db/sweep-runs';
import { messageOf } from '@/domain/errors';
import type { Deps } from '../deps';
import { refreshBuilds } from '../environments/refresh-builds';
import { healGitHub } from '../github/work-off-deliveries';
import { repairPresence } from '../realtime/repair-presence';
import { endStaleDrafts } from '../sessions/draft-session';
import { healSlack } from '../slack/work-off-requests';
import { checkSandbox } from './check-sandbox';
import { dropSnapshots } from './drop-snapshots';
import { endOrphans } from './end-orphans';

const BATCH = 50;
/** A sweep comes each minute; it leaves room for the next. */
const MAX_MS = 50_000;

/**
 * Moves on every session whose deadline has passed. May run twice at once, or be cut off: each step is a guarded
 * write, and what was not reached stays overdue for the next sweep.
 */
export async function sweep(deps: Deps): Promise<{ checked: number }> {
  const id = randomUUID();
  await recordSweep(deps.db, { id, isEnd: false });
  const until = Date.now() + MAX_MS;
  let checked = 0;
  for (const sessionId of await claimOverdue(deps.db, BATCH)) {
    if (Date.now() > until) break;
    try {
      await checkSandbox(deps, sessionId);
    } catch (error) {
      deps.log.error('a session could not be swept; the next sweep tries again', {
        sessionId,
        error: messageOf(error),
      });
    }
    checked += 1;
  }
  await dropStaleReads(deps.db);
  await dropSnapshots(deps);
  await endOrphans(deps);
  await endStaleDrafts(deps);
  await refreshBuilds(deps, 'schedule');
  try {
    await healGitHub(deps);
  } catch (error) {
    deps.log.error('GitHub could not be compared with; the next sweep tries again', {
      error: messageOf(error),
    });
  }
  try {
    await healSlack(deps, until);
  } catch (error) {
    deps.log.error('threads in Slack could not be told; the next sweep tries again', {
      error: messageOf(error),
    });
  }
  try {
    await repairPresence(deps);
  } catch (error) {
    deps.log.error('who is here could not be checked; the next sweep tries again', {
      error: messageOf(error),
    });
  }
  await recordSweep(deps.db, { id, isEnd: true });
  return { checked };
}
