import { describe, expect, it } from 'vitest';
import { RepositoryId } from '@/domain/ids';
import { NO_PREFERENCES, type Preferences } from '@/domain/preferences';
import { useDeps } from '@/testing/deps';
import { callAs, newPerson, newRepository, newTeam } from '@/testing/test-session';

const world = useDeps();

async function adaWithRepository() {
  const ada = await newPerson(world.current);
  const teamId = await newTeam(world.current, [[ada, 'owner']]);
  const { id } = await newRepository(world.current, teamId);
  return { ada, teamId, call: callAs(world.current, ada), repositoryId: RepositoryId.parse(id) };
}

describe('preferences', () => {
  it('are none at first, then what was saved last', async () => {
    const { call, repositoryId } = await adaWithRepository();
    expect(await call.preferences.get()).toEqual(NO_PREFERENCES);
    const wanted: Preferences = { repositoryId, modelId: 'scripted', effort: 'high' };
    await call.preferences.save(wanted);
    expect(await call.preferences.get()).toEqual(wanted);
    await call.preferences.save({ ...wanted, effort: null });
    expect(await call.preferences.get()).toEqual({ ...wanted, effort: null });
  });

  it('are everybody’s own', async () => {
    const { call } = await adaWithRepository();
    await call.preferences.save({ ...NO_PREFERENCES, effort: 'low' });
    const ben = callAs(world.current, await newPerson(world.current, { name: 'Ben' }));
    expect(await ben.preferences.get()).toEqual(NO_PREFERENCES);
  });

  it('name only a repository and a model that the person has', async () => {
    const { call } = await adaWithRepository();
    const others = await adaWithRepository();
    const refused = async (wrong: Partial<Preferences>) =>
      call.preferences.save({ ...NO_PREFERENCES, ...wrong }).then(
        () => 'saved',
        (error: unknown) => (error as { cause: { code: string } }).cause.code,
      );
    expect(await refused({ repositoryId: others.repositoryId })).toBe('repository_not_found');
    expect(await refused({ modelId: 'no such model' })).toBe('model_unavailable');
    expect(await call.preferences.get()).toEqual(NO_PREFERENCES);
  });

  it('forget a repository that the person lost, and what another version wrote', async () => {
    const { ada, teamId, call, repositoryId } = await adaWithRepository();
    await call.preferences.save({ repositoryId, modelId: null, effort: 'medium' });
    await world.current.db.membership.deleteMany({ where: { teamId, userId: ada.person.id } });
    expect(await call.preferences.get()).toEqual({ ...NO_PREFERENCES, effort: 'medium' });
    const preferences = { effort: 'gigantic' };
    await world.current.db.user.update({ where: { id: ada.person.id }, data: { preferences } });
    expect(await call.preferences.get()).toEqual(NO_PREFERENCES);
  });
});
