import { findThreadOfSession, moveThread } from '@/db/slack-threads';
import { eventsOfKinds } from '@/db/events';
import { AppError } from '@/domain/errors';
import { CommandId, SessionId } from '@/domain/ids';
import { authorizeSession } from '../sessions/authorize-session';
import { giveCommand } from '../sessions/give-command';
import { repositoriesIn } from './choose-repository';
import { type SlackDeps, uuidOf } from './slack-world';
import { openSession } from './start-from-chat';
import { tellSession } from './tell-thread';
import type { ChatScene } from './chat-scene';

/**
 * Begins a session whose agent has nothing yet anew on another repository, in the same thread. Its turn is stopped
 * first, so that one prompt never runs twice. Errors: `conflict`, `repository_not_found`.
 */
export async function changeRepository(
  deps: SlackDeps,
  scene: ChatScene,
  given: { name: string; sessionId: SessionId; repositoryId: string; isAgain: boolean },
): Promise<void> {
  const { name, sessionId, repositoryId, isAgain } = given;
  const { caller } = scene;
  const session = await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  const thread = await findThreadOfSession(deps.db, sessionId);
  if (!thread || thread.workspaceId !== scene.workspace.id || session.repository.id === repositoryId) return;
  const known = await repositoriesIn(deps, scene);
  if (!known.some(({ id }) => id === repositoryId)) {
    throw new AppError('repository_not_found', 'Your team has no such repository any more.');
  }
  const queued = await eventsOfKinds(deps.db, sessionId, { kinds: ['prompt.queued'], limit: 2 });
  const [prompt, ...others] = queued.flatMap(({ event }) => (event.kind === 'prompt.queued' ? [event] : []));
  if (!prompt || others.length > 0) {
    const words = 'More was asked in this session since. Start a new one for the other repository.';
    throw new AppError('conflict', words, { details: { refusal: 'stale' } });
  }
  const give = (what: string) => CommandId.parse(uuidOf(`${what}:${name}`));
  const { running } = session.state;
  const isStoppedByUs = isAgain && running === null;
  if (!isStoppedByUs && running?.isDelivered !== false) {
    const words = 'The agent is at work already. Start a new session for the other repository.';
    throw new AppError('conflict', words, { details: { refusal: 'stale' } });
  }
  if (running) {
    const command = { type: 'stop', turnId: running.turnId } as const;
    await giveCommand(deps, caller, { sessionId, commandId: give('stop'), command });
  }
  const to = SessionId.parse(uuidOf(`session:${name}`));
  await openSession(deps, scene, { name, sessionId: to, repositoryId, text: prompt.text });
  await giveCommand(deps, caller, { sessionId, commandId: give('archive'), command: { type: 'archive' } });
  // Last: until then the work can be done again.
  await moveThread(deps.db, thread.id, { from: sessionId, to });
  deps.defer(() => tellSession(deps, to));
}
