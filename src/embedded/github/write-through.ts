import { type Bridge } from './bridge';
import { type RepositoryRow, type TokenOwner } from './emulate-internals';
import { announceMoves } from './ref-events';
import { type Call } from './router';

/** Brings git up to date with the rows of a repository. The caller holds the repository. */
export async function settle(
  bridge: Bridge,
  repositoryId: number,
  owner: TokenOwner | undefined,
): Promise<void> {
  const repository = bridge.tables.repos.get(repositoryId);
  if (!repository) {
    await bridge.mirror.remove(repositoryId);
    return;
  }
  const moves = await bridge.mirror.exportRows(repository);
  await announceMoves(bridge, repository, { moves, owner });
}

/** Lets emulate write, and git with it, before the answer goes out. */
export async function writeThrough(
  bridge: Bridge,
  { request, owner }: Omit<Call, 'params'>,
  repository: RepositoryRow | undefined,
): Promise<Response> {
  if (repository) {
    return bridge.mirror.exclusive(repository.id, async () => {
      const response = await bridge.emulate(request);
      await settle(bridge, repository.id, owner);
      return response;
    });
  }
  const known = new Set(bridge.tables.repos.all().map(({ id }) => id));
  const response = await bridge.emulate(request);
  for (const { id } of bridge.tables.repos.all()) {
    if (!known.has(id)) await bridge.mirror.exclusive(id, () => settle(bridge, id, owner));
  }
  return response;
}
