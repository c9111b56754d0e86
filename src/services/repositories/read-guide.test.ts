import { describe, expect, it } from 'vitest';
import { RepositoryId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import { callAs, newPerson, newRepository, newTeam } from '@/testing/test-session';

const world = useDeps();

async function adaWithRepository() {
  const ada = await newPerson(world.current);
  const teamId = await newTeam(world.current, [[ada, 'viewer']]);
  const { id, url } = await newRepository(world.current, teamId);
  return { call: callAs(world.current, ada), url, repositoryId: RepositoryId.parse(id) };
}

describe('what a repository tells agents', () => {
  it('is read at the head of the branch that its host calls the default now', async () => {
    const { call, url, repositoryId } = await adaWithRepository();
    const { known, files } = world.current.repositoryHost;
    known.set(url, { defaultBranch: 'trunk', branches: ['trunk', 'next'] });
    files.set(`${url}@main:AGENTS.md`, { kind: 'text', text: 'of before', isCut: false });
    files.set(`${url}@trunk:AGENTS.md`, { kind: 'text', text: 'of now', isCut: false });
    expect(await call.repositories.guide({ repositoryId })).toEqual({
      ...{ defaultBranch: 'trunk', branches: 2, file: 'AGENTS.md' },
      guide: { kind: 'text', text: 'of now', isCut: false },
    });
  });

  it('is none where there is no such file, and why where the host does not say', async () => {
    const { call, url, repositoryId } = await adaWithRepository();
    expect(await call.repositories.guide({ repositoryId })).toMatchObject({ guide: { kind: 'none' } });
    const unreadable = { kind: 'unreadable', why: 'It gives no single file.' } as const;
    world.current.repositoryHost.files.set(`${url}@main:AGENTS.md`, unreadable);
    expect(await call.repositories.guide({ repositoryId })).toMatchObject({ guide: unreadable });
  });

  it('is told to nobody of another team, and not when its host is gone', async () => {
    const { call, url, repositoryId } = await adaWithRepository();
    const stranger = (await adaWithRepository()).call;
    const refused = { cause: { code: 'repository_not_found' } };
    await expect(stranger.repositories.guide({ repositoryId })).rejects.toMatchObject(refused);
    world.current.repositoryHost.known.delete(url);
    await expect(call.repositories.guide({ repositoryId })).rejects.toMatchObject(refused);
  });
});
