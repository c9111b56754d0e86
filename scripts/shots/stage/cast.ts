import { randomBytes, randomUUID } from 'node:crypto';
import { saveRepository } from '@/db/repositories';
import type { TeamRole } from '@/domain/access/roles';
import { TeamId, UserId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import type { Stage } from './open-stage';

/** The people of every scene. `mallory` is in another team. */
export type RoleName = 'ada' | 'ben' | 'vera' | 'mallory';

const PEOPLE = {
  ada: { name: 'Ada Lovelace', role: 'owner' },
  ben: { name: 'Ben Okri', role: 'member' },
  vera: { name: 'Vera Molnár', role: 'viewer' },
  mallory: { name: 'Mallory Quist', role: null },
} satisfies Record<RoleName, { name: string; role: TeamRole | null }>;

/** A team of its own with people and a repository, so that one scene's list shows nothing of another's. */
export interface Cast {
  teamId: TeamId;
  repositoryId: string;
  people: Record<RoleName, Caller>;
}

/** Makes a new team named Acme on the stage. */
export async function newCast({ deps }: Stage): Promise<Cast> {
  const mark = randomBytes(4).toString('hex');
  const team = await deps.db.team.create({ data: { slug: `acme-${mark}`, name: 'Acme' } });
  const others = await deps.db.team.create({ data: { slug: `others-${mark}`, name: 'Others' } });
  const teamId = TeamId.parse(team.id);
  const url = `${deps.config.githubUrl}/acme/playground.git`;
  await saveRepository(deps.db, {
    teamId,
    kind: 'demo',
    name: 'acme/playground',
    url,
    defaultBranch: 'main',
  });
  const repository = await deps.db.repository.findFirstOrThrow({ where: { teamId } });
  const join = async (login: RoleName): Promise<Caller> => {
    const { name, role } = PEOPLE[login];
    const email = `${login}@acme.test`;
    const user = await deps.db.user.create({ data: { name, login: `${login}-${mark}` } });
    await deps.db.membership.create({
      data: { userId: user.id, teamId: role === null ? others.id : teamId, role: role ?? 'owner' },
    });
    return {
      person: { id: UserId.parse(user.id), name, login, email, image: null },
      via: 'web',
    };
  };
  const people = {
    ...{ ada: await join('ada'), ben: await join('ben') },
    ...{ vera: await join('vera'), mallory: await join('mallory') },
  };
  return { teamId, repositoryId: repository.id, people };
}

/** The cookie of a browser in which this person is signed in. */
export async function signedInCookie(
  { deps, url }: Stage,
  { person }: Caller,
): Promise<{ name: string; value: string; url: string; httpOnly: boolean }> {
  const sessionToken = randomUUID();
  const expires = new Date(Date.now() + 24 * 3_600_000);
  await deps.db.loginSession.create({ data: { sessionToken, userId: person.id, expires } });
  return { name: 'next-auth.session-token', value: sessionToken, url, httpOnly: true };
}
