import type { HostedRepository, Installation } from '@/domain/code-host';
import type { Db, DbOrTransaction } from './client';

const REPOSITORY = { fullName: true, isPrivate: true, defaultBranch: true } as const;

/** Repositories that the App was given whose name holds all of the words, by name. */
export function searchHosted(
  db: Db,
  { words, limit }: { words: readonly string[]; limit: number },
): Promise<HostedRepository[]> {
  return db.githubRepository.findMany({
    where: {
      installation: { isSuspended: false },
      AND: words.map((word) => ({ fullName: { contains: word, mode: 'insensitive' as const } })),
    },
    orderBy: { fullName: 'asc' },
    take: limit,
    select: REPOSITORY,
  });
}

/** Brings an installation's row and its repositories to what GitHub says that they are. */
export async function saveInstallation(
  db: DbOrTransaction,
  { id, account, isSuspended }: Installation,
  repositories: readonly HostedRepository[],
): Promise<void> {
  const fields = { account, isSuspended, checkedAt: new Date() };
  await db.githubInstallation.upsert({ where: { id }, create: { id, ...fields }, update: fields });
  const names = repositories.map(({ fullName }) => fullName);
  await db.githubRepository.deleteMany({
    where: { OR: [{ installationId: id, fullName: { notIn: names } }, { fullName: { in: names } }] },
  });
  await db.githubRepository.createMany({
    data: repositories.map((repository) => ({ ...repository, installationId: id })),
    skipDuplicates: true,
  });
}

/** Forgets installations that are not there any more. */
export async function keepInstallations(db: Db, ids: readonly number[]): Promise<void> {
  await db.githubInstallation.deleteMany({ where: { id: { notIn: [...ids] } } });
}

/** The longest time since any installation was compared with GitHub; null when none is known. */
export async function hostedAgeSeconds(db: Db): Promise<number | null> {
  const [row] = await db.$queryRaw<{ age: number | null }[]>`
    SELECT extract(epoch FROM now() - min(checked_at))::float8 AS age FROM github_installation`;
  return row?.age ?? null;
}

/** A repository got another name or owner: what hangs on the name follows. */
export async function renameHosted(
  db: DbOrTransaction,
  { from, to, url }: { from: string; to: string; url: { from: string; to: string } },
): Promise<void> {
  await db.$executeRaw`
    UPDATE github_repository SET full_name = ${to} WHERE full_name = ${from}
      AND NOT EXISTS (SELECT FROM github_repository AS other WHERE other.full_name = ${to})`;
  await db.$executeRaw`
    UPDATE repository SET name = ${to}, url = ${url.to} WHERE kind = 'github' AND url = ${url.from}
      AND NOT EXISTS (SELECT FROM repository AS other WHERE other.team_id = repository.team_id AND other.url = ${url.to})`;
  await db.$executeRaw`UPDATE pull_request SET full_name = ${to} WHERE full_name = ${from}`;
  await db.$executeRaw`DELETE FROM github_access WHERE full_name IN (${from}, ${to})`;
}
