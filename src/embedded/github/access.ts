import { type RepositoryRow, type Tables, type TokenOwner } from './emulate-internals';

type Right = 'none' | 'read' | 'write' | 'admin';

const RANK: Readonly<Record<Right, number>> = { none: 0, read: 1, write: 2, admin: 3 };

/** GitHub's words for what a collaborator, a team or an organization's default may do. */
const RIGHT_OF_PERMISSION: Readonly<Record<string, Right>> = {
  pull: 'read',
  read: 'read',
  triage: 'read',
  push: 'write',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

const highest = (rights: readonly Right[]): Right =>
  rights.reduce((best, right) => (RANK[right] > RANK[best] ? right : best), 'none');

export const allows = (right: Right, wanted: Right): boolean => RANK[right] >= RANK[wanted];

type Grant = NonNullable<TokenOwner['installation']>;

/** Whether an installation's token is for this repository at all. */
function covers(grant: Grant, repository: RepositoryRow): boolean {
  const isItsAccount = grant.accountId === repository.owner_id && grant.accountType === repository.owner_type;
  return isItsAccount && (grant.repositorySelection === 'all' || grant.repositoryIds.includes(repository.id));
}

function installationRight(grant: Grant, repository: RepositoryRow): Right {
  const contents = RIGHT_OF_PERMISSION[grant.permissions['contents'] ?? ''] ?? 'none';
  return covers(grant, repository) ? contents : 'none';
}

function userRight(tables: Tables, login: string, repository: RepositoryRow): Right {
  const user = tables.users.findOneBy('login', login);
  if (!user) return 'none';
  const rights: Right[] = tables.collaborators
    .findBy('repo_id', repository.id)
    .filter(({ user_id }) => user_id === user.id)
    .map(({ permission }) => RIGHT_OF_PERMISSION[permission] ?? 'none');
  if (repository.owner_type === 'User') {
    if (repository.owner_id === user.id) rights.push('admin');
    return highest(rights);
  }
  const byDefault = tables.orgs.get(repository.owner_id)?.default_repository_permission ?? '';
  for (const { team_id, role } of tables.teamMembers.findBy('user_id', user.id)) {
    const team = tables.teams.get(team_id);
    if (team?.org_id !== repository.owner_id) continue;
    rights.push(RIGHT_OF_PERMISSION[byDefault] ?? 'none');
    // Emulate keeps an organization's owners as maintainers of a team called "members".
    if (team.slug === 'members' && role === 'maintainer') rights.push('admin');
  }
  return highest(rights);
}

/** What a token's owner was granted on a repository, apart from what everyone may do. */
export function grantedRight(
  tables: Tables,
  owner: TokenOwner | undefined,
  repository: RepositoryRow,
): Right {
  return owner?.installation
    ? installationRight(owner.installation, repository)
    : userRight(tables, owner?.login ?? '', repository);
}

/** What a token's owner, or nobody, may do with the content of a repository. */
export function rightOn(tables: Tables, owner: TokenOwner | undefined, repository: RepositoryRow): Right {
  const granted = grantedRight(tables, owner, repository);
  return repository.private ? granted : highest([granted, 'read']);
}

/** Whether the token's owner, or nobody, may know that the repository exists. */
export function isVisible(tables: Tables, owner: TokenOwner | undefined, repository: RepositoryRow): boolean {
  if (!repository.private) return true;
  if (owner?.installation) return covers(owner.installation, repository);
  return grantedRight(tables, owner, repository) !== 'none';
}

/** The `permissions` object of a repository in GitHub's answers. */
export function permissionsOf(right: Right): Readonly<Record<string, boolean>> {
  const [admin, push, pull] = [allows(right, 'admin'), allows(right, 'write'), allows(right, 'read')];
  return { admin, maintain: admin, push, triage: push, pull };
}
