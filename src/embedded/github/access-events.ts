import { type Bridge } from './bridge';
import { type Call } from './router';

const MEMBER = /^\/orgs\/(?<org>[^/]+)\/(?:members|memberships)\/(?<login>[^/]+)$/;
const COLLABORATOR = /^\/repos\/(?<org>[^/]+)\/(?<repo>[^/]+)\/collaborators\/(?<login>[^/]+)$/;

/** Whom the App is told of when a call changed who may do what, in GitHub's words; emulate says nothing of it. */
function eventOf(method: string, path: string) {
  const isGone = method === 'DELETE';
  if (!isGone && method !== 'PUT') return null;
  const member = MEMBER.exec(path)?.groups;
  if (member) {
    return { event: 'organization', action: isGone ? 'member_removed' : 'member_added', ...named(member) };
  }
  const collaborator = COLLABORATOR.exec(path)?.groups;
  if (!collaborator) return null;
  return { event: 'member', action: isGone ? 'removed' : 'added', ...named(collaborator) };
}

function named({ org = '', repo = '', login = '' }: Record<string, string>) {
  return { org: decodeURIComponent(org), repo: decodeURIComponent(repo), login: decodeURIComponent(login) };
}

/** Tells of people who were let in or put out, once the call that did it has been answered well. */
export function announceAccess({ webhooks, tables }: Bridge, { request, url }: Omit<Call, 'params'>): void {
  const said = eventOf(request.method, url.pathname);
  if (!said) return;
  const { event, action, org, repo, login } = said;
  const repository = tables.repos.findOneBy('full_name', `${org}/${repo}`);
  const user = { login, type: 'User' };
  const of =
    event === 'organization'
      ? { membership: { user }, organization: { login: org } }
      : { member: user, repository: { full_name: `${org}/${repo}`, owner: { login: org } } };
  const payload = { action, ...of };
  webhooks.add(() => Promise.resolve([{ event, action, payload, owner: org, repository }]));
}
