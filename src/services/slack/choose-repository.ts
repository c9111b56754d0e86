import type { RepositoryRecord } from '@/db/repositories';
import { channelRepository } from '@/db/slack-workspaces';
import { nameInWords } from '@/domain/chat/name-in-words';
import { readPreferences } from '../preferences/read-preferences';
import { listRepositories } from '../repositories/list-repositories';
import type { SlackDeps } from './slack-world';
import type { ChatScene } from './chat-scene';

/** The repositories that somebody may use from a workspace: those of its team that they may see. */
export async function repositoriesIn(
  deps: SlackDeps,
  { workspace, caller }: ChatScene,
): Promise<RepositoryRecord[]> {
  const all = await listRepositories(deps, caller);
  return all.filter(({ teamId }) => teamId === workspace.teamId);
}

/**
 * Which repository a request is about: the channel's, else one that its words name, else the only one, else the one that
 * its author prefers. Null when nothing says so, and somebody has to choose.
 */
export async function chooseRepository(
  deps: SlackDeps,
  scene: ChatScene,
  { channelId, text }: { channelId: string; text: string },
): Promise<{ chosen: string | null; known: RepositoryRecord[] }> {
  const known = await repositoriesIn(deps, scene);
  const ofChannel = await channelRepository(deps.db, { workspaceId: scene.workspace.id, channelId });
  const byId = (id: string | null) => known.find((repository) => repository.id === id)?.id ?? null;
  const only = known.length === 1 ? (known[0]?.id ?? null) : null;
  const chosen =
    byId(ofChannel) ??
    nameInWords(text, known) ??
    only ??
    byId((await readPreferences(deps, scene.caller)).repositoryId);
  return { chosen, known };
}
