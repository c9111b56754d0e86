import { randomUUID } from 'node:crypto';
import { CommandId, PromptId } from '@/domain/ids';
import { DoorbellMessage, type NumberedCommand, sandboxChannel } from '@/domain/wire/bridge';
import { apiClient } from '@/embedded/stack/browser-sign-in';
import { type Latency, latencyOf } from '../lib/latency';
import { appendBare, runningSession, type SyncSetting, watchBare } from './setting';
import { Watcher } from './watchers';

const ROUNDS = 150;
/** The first ones find nothing warm. */
const WARM_UP = 20;

/** From a person's click to the sandbox that has the words: a steer, which is handed over at once. */
export async function measurePromptPath(
  setting: SyncSetting,
): Promise<{ ours: Latency; reference: Latency }> {
  return { ours: await ofOurs(setting), reference: await ofReference(setting) };
}

async function ofOurs(setting: SyncSetting): Promise<Latency> {
  const { stage, socketUrl } = setting;
  const session = await runningSession(setting);
  const { epoch } = await stage.deps.db.session.findUniqueOrThrow({ where: { id: session.sessionId } });
  const channel = sandboxChannel(session.sessionId, epoch);
  let rung: (commands: NumberedCommand[]) => void = () => undefined;
  const bell = await Watcher.watch(
    { url: socketUrl, channel },
    (socketId) => Promise.resolve(stage.deps.realtime.authorize({ socketId, channel }).auth),
    (_event, data) => rung(DoorbellMessage.parse(JSON.parse(data)).commands),
  );
  const api = apiClient(stage.url, { authorization: `Bearer ${setting.token}` });
  const took: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const promptId = PromptId.parse(randomUUID());
    const heard = new Promise<NumberedCommand[]>((resolve) => (rung = resolve));
    const sentAt = performance.now();
    const sent = api.prompts.steer.mutate({
      ...{ sessionId: session.sessionId, turnId: session.turnId, text: 'use tabs' },
      promptId,
      commandId: CommandId.parse(randomUUID()),
    });
    // Small words ride along with the ring, as a bridge takes them; what does not is asked for.
    const rode = await heard;
    const commands = rode.length > 0 ? rode : (await session.bridge.sync({})).commands;
    took.push(performance.now() - sentAt);
    if (commands.length === 0) throw new Error('The bell rang, and nothing was there.');
    session.bridge.take(commands);
    await sent;
    // As a bridge does right after: else what is said and never read piles up in the session's state, as it never would.
    const said = { promptId, turnId: session.turnId };
    await session.bridge.sync({
      events: [
        { kind: 'steer.delivered', ...said },
        { kind: 'steer.read', ...said },
      ],
    });
  }
  bell.close();
  return latencyOf(took.slice(WARM_UP));
}

async function ofReference(setting: SyncSetting): Promise<Latency> {
  const session = `prompt-${performance.now()}`;
  let heard: () => void = () => undefined;
  const [bell] = await watchBare(setting, { session, count: 1, onMessage: () => heard() });
  const took: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const rung = new Promise<void>((resolve) => (heard = resolve));
    const sentAt = performance.now();
    const sent = appendBare(setting, { session, events: [{ text: 'use tabs' }], isTold: true });
    await rung;
    took.push(performance.now() - sentAt);
    await sent;
  }
  bell?.close();
  return latencyOf(took.slice(WARM_UP));
}
