// A session's world with the emulated GitHub behind it, through the real client of its App.
import { createGitHub } from '@/integrations/github/create-github';
import { describeRemote } from '@/integrations/git-http/describe-remote';
import type { TeamRole } from '@/domain/access/roles';
import type { TeamId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import type { TestDeps } from '@/testing/deps';
import { callApi, type TestGitHub, userToken } from '@/testing/emulated-github';
import { newPerson, newTeam } from '@/testing/test-session';

/** Puts the emulated GitHub in place of none. */
export function connectGitHub(deps: TestDeps, host: TestGitHub): void {
  deps.config = { ...deps.config, githubUrl: host.url };
  deps.github = createGitHub({
    ...{ url: host.url, apiUrl: host.url, clientId: 'Iv1.test', clientSecret: 'client-secret' },
    ...{ appId: String(host.appId), appSlug: host.appSlug },
    ...{ privateKey: host.appPrivateKeyPem, webhookSecret: 'webhook-secret' },
  });
  const trustedHosts = new Set([new URL(host.url).host]);
  deps.repositoryHost.describe = (url, credentials) => describeRemote(url, { credentials, trustedHosts });
}

/** Somebody who signed in at the emulated GitHub under a login that it knows. */
async function newGitHubPerson(deps: TestDeps, host: TestGitHub, login: string): Promise<Caller> {
  const caller = await newPerson(deps, { name: login });
  const { id } = caller.person;
  await deps.db.user.updateMany({ where: { login }, data: { login: null } });
  await deps.db.user.update({ where: { id }, data: { login } });
  const token = await userToken(host, login);
  // GitHub's answer to this call has the account's number in it.
  const account = (await (await callApi(host, '/user', { token })).json()) as { id: number };
  const key = { provider: 'github', providerAccountId: String(account.id) };
  await deps.db.account.deleteMany({ where: key });
  await deps.db.account.create({ data: { ...key, userId: id, type: 'oauth', access_token: token } });
  return { ...caller, person: { ...caller.person, login } };
}

/** People of GitHub in one team. */
export async function newGitHubTeam(
  deps: TestDeps,
  host: TestGitHub,
  logins: readonly (readonly [string, TeamRole])[],
): Promise<{ teamId: TeamId; people: Caller[] }> {
  const people: [Caller, TeamRole][] = [];
  for (const [login, role] of logins) people.push([await newGitHubPerson(deps, host, login), role]);
  return { teamId: await newTeam(deps, people), people: people.map(([caller]) => caller) };
}
