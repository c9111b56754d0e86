import { RepositoryKind } from '@/domain/events/session-event';
import type { TeamId } from '@/domain/ids';
import type { Db } from './client';

export interface RepositoryRecord {
  id: string;
  teamId: string;
  kind: RepositoryKind;
  name: string;
  url: string;
  defaultBranch: string;
}

const REPOSITORY = {
  id: true,
  teamId: true,
  kind: true,
  name: true,
  url: true,
  defaultBranch: true,
} as const;

function toRepository(row: Omit<RepositoryRecord, 'kind'> & { kind: string }): RepositoryRecord {
  return { ...row, kind: RepositoryKind.parse(row.kind) };
}

export async function findRepositoriesOf(db: Db, userId: string): Promise<RepositoryRecord[]> {
  const rows = await db.repository.findMany({
    where: { team: { memberships: { some: { userId } } } },
    orderBy: { name: 'asc' },
    select: REPOSITORY,
  });
  return rows.map(toRepository);
}

/** Adds a repository to a team, or brings what is known of it up to date. */
export async function saveRepository(
  db: Db,
  given: { teamId: TeamId; kind: RepositoryKind; name: string; url: string; defaultBranch: string },
): Promise<RepositoryRecord> {
  const { teamId, url, ...rest } = given;
  const row = await db.repository.upsert({
    where: { teamId_url: { teamId, url } },
    create: given,
    update: { defaultBranch: rest.defaultBranch },
    select: REPOSITORY,
  });
  return toRepository(row);
}
