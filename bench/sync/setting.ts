import { sessionChannel } from '@/domain/wire/realtime';
import { makeSandboxToken } from '@/services/sandboxes/sandbox-token';
import type { Cast } from '../../scripts/shots/stage/cast';
import type { Stage } from '../../scripts/shots/stage/open-stage';
import { PlayedSession } from '../../scripts/shots/stage/played-session';
import type { Reference } from './reference';
import { type OnMessage, Watcher, watchTogether } from './watchers';
import { BenchBridge, type RunningSession } from './wire';

export interface SyncSetting {
  stage: Stage;
  cast: Cast;
  reference: Reference;
  /** Where clients connect to, by the Pusher protocol. */
  socketUrl: string;
  /** A token of Ada's, for the procedures. */
  token: string;
}

/** A session of its own whose turn runs in a played sandbox. */
export async function runningSession({
  stage,
  cast,
}: Pick<SyncSetting, 'stage' | 'cast'>): Promise<RunningSession> {
  const played = await PlayedSession.open({ stage, cast }, { text: 'Write a report' });
  await played.boot();
  const { epoch } = await played.row();
  const token = makeSandboxToken(stage.deps.signer, { sessionId: played.id, epoch });
  const bridge = new BenchBridge({ url: stage.url, token, epoch });
  for (const phase of ['cloning', 'agent_starting', 'ready'] as const) {
    await bridge.sync({ events: [{ kind: 'sandbox.phase', epoch, phase, isolation: null, reason: null }] });
  }
  const { promptId, turnId } = await played.running();
  await bridge.sync({ events: [{ kind: 'prompt.delivered', promptId, turnId }] });
  // Nobody looks for this sandbox: it is not there, and the sweep would find out.
  await stage.deps.db.session.update({ where: { id: played.id }, data: { deadlineAt: null } });
  const { accessVersion } = await stage.deps.db.session.findUniqueOrThrow({ where: { id: played.id } });
  return { sessionId: played.id, turnId, channel: sessionChannel(played.id, accessVersion), bridge };
}

/** Clients that watch a session's channel; the server counts them, as it counts browsers. */
export async function watchSession(
  { stage, socketUrl }: Pick<SyncSetting, 'stage' | 'socketUrl'>,
  { channel }: Pick<RunningSession, 'channel'>,
  { count, onMessage }: { count: number; onMessage: OnMessage },
): Promise<Watcher[]> {
  const authorize = (socketId: string) =>
    Promise.resolve(stage.deps.realtime.authorize({ socketId, channel }).auth);
  return watchTogether(count, () => Watcher.watch({ url: socketUrl, channel }, authorize, onMessage));
}

/** Clients of the bare reference's channel. */
export function watchBare(
  { socketUrl }: Pick<SyncSetting, 'socketUrl'>,
  { session, count, onMessage }: { session: string; count: number; onMessage: OnMessage },
): Promise<Watcher[]> {
  const address = { url: socketUrl, channel: `bare-${session}` };
  return watchTogether(count, () => Watcher.watch(address, null, onMessage));
}

/** Appends to the bare reference, and unless nobody shall hear of it, tells its channel. */
export async function appendBare(
  { reference }: Pick<SyncSetting, 'reference'>,
  { session, events, isTold }: { session: string; events: readonly unknown[]; isTold: boolean },
): Promise<void> {
  const query = `session=${session}${isTold ? '&tell=1' : ''}`;
  const body = JSON.stringify(events);
  const response = await fetch(`${reference.url}/append?${query}`, { method: 'POST', body });
  if (!response.ok) throw new Error(`the reference answered ${response.status}: ${await response.text()}`);
  await response.text();
}
