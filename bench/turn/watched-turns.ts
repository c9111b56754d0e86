import { randomUUID } from 'node:crypto';
import { ApiClient } from '@/cli/api-client';
import { SessionFollower } from '@/cli/session-follower';
import { CommandId, PromptId, RepositoryId, SessionId } from '@/domain/ids';
import type { SessionSnapshot } from '@/domain/sync/session-stream';
import { newToken } from '@/services/auth/secrets';
import { newCast } from '../../scripts/shots/stage/cast';
import type { Stage } from '../../scripts/shots/stage/open-stage';
import type { TimedTurn, TurnRunner } from './timed-turn';

const PATIENCE_MS = 180_000;

const newPromptId = (): PromptId => PromptId.parse(randomUUID());
const newCommandId = (): CommandId => CommandId.parse(randomUUID());

/** The product with one watcher, who has what browsers have: a `SessionStream` over the Pusher protocol. */
export async function watchedTurns(stage: Stage, prompt: string): Promise<TurnRunner> {
  const cast = await newCast(stage);
  const { token, prefix, hash } = newToken();
  const userId = cast.people.ada.person.id;
  await stage.deps.db.apiToken.create({ data: { userId, name: 'bench', hash, prefix, kind: 'personal' } });
  const api = new ApiClient(stage.url, token);
  const sessionId = SessionId.parse(randomUUID());
  const repository = { id: RepositoryId.parse(cast.repositoryId) };
  await api.call((client) =>
    client.sessions.create.mutate({ sessionId, commandId: newCommandId(), repository }),
  );
  const follower = await SessionFollower.start({ api, sessionId });
  return {
    run: () => runTurn({ api, follower, sessionId, prompt }),
    close: () => {
      follower.close();
      return Promise.resolve();
    },
  };
}

async function runTurn({
  api,
  follower,
  sessionId,
  prompt,
}: {
  api: ApiClient;
  follower: SessionFollower;
  sessionId: SessionId;
  prompt: string;
}): Promise<TimedTurn> {
  const promptId = newPromptId();
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const startedAt = performance.now();
  let firstTextMs = Number.NaN;
  const ended = follower.until((snapshot) => {
    if (Number.isNaN(firstTextMs) && textOf(snapshot, promptId) > 0)
      firstTextMs = performance.now() - startedAt;
    return outcomeOf(snapshot, promptId) !== null;
  }, patience);
  await api.call((client) =>
    client.prompts.send.mutate({ sessionId, commandId: newCommandId(), promptId, text: prompt }),
  );
  await ended;
  const wholeMs = performance.now() - startedAt;
  const outcome = outcomeOf(follower.snapshot, promptId);
  if (outcome !== 'completed') throw new Error(`The turn is ${outcome ?? 'not over'}.`);
  return { firstTextMs, wholeMs, characters: textOf(follower.snapshot, promptId) };
}

function promptOf({ items }: SessionSnapshot, promptId: PromptId) {
  return items.find((item) => item.type === 'prompt' && item.promptId === promptId);
}

function outcomeOf(snapshot: SessionSnapshot, promptId: PromptId): string | null {
  const item = promptOf(snapshot, promptId);
  return item?.type === 'prompt' && item.finishedAt !== null ? item.status : null;
}

/** How much of the turn's answer the watcher can read. */
function textOf(snapshot: SessionSnapshot, promptId: PromptId): number {
  const prompt = promptOf(snapshot, promptId);
  if (prompt?.type !== 'prompt' || prompt.turnId === null) return 0;
  let characters = 0;
  for (const item of snapshot.items) {
    if (item.type !== 'text' || item.turnId !== prompt.turnId) continue;
    characters += (item.text ?? snapshot.live.get(item.partId) ?? '').length;
  }
  return characters;
}
