import { announceAccess } from './access-events';
import { isVisible } from './access';
import { appRoutes } from './app-routes';
import { findRepository, type Bridge } from './bridge';
import { type Fetch, type TokenOwner } from './emulate-internals';
import { type GitHttp } from './git-http';
import { pullRequestRoutes } from './pull-request-routes';
import { repositoryRoutes } from './repository-routes';
import { notFound, refuse } from './router';
import { presentedToken } from './token-registry';
import { writeThrough } from './write-through';

const APPS_QUESTION = /^\/repos\/[^/]+\/[^/]+\/installation$/;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whose call it is, or GitHub's refusal: emulate takes any token that it does not know for its first
 * user's. An App's own signature (a JWT, so `eyJ…`) is left for emulate to check.
 */
function identify(
  { tokens }: Bridge,
  request: Request,
): { readonly owner?: TokenOwner; readonly request: Request } | Response {
  const token = presentedToken(request.headers.get('authorization'));
  if (token === null || token.startsWith('eyJ')) return { request };
  const owner = tokens.ownerOf(token);
  if (!owner) return refuse(401, 'Bad credentials');
  // Emulate knows no Basic, and would take it for its first user's token too.
  const headers = new Headers(request.headers);
  headers.set('authorization', `token ${token}`);
  return { owner, request: new Request(request, { headers }) };
}

/**
 * Everything that stands in front of emulate's application: git over HTTP, who may ask, what emulate
 * lacks or gets wrong, and git kept in step with every write.
 */
export function createFront(bridge: Bridge, gitHttp: GitHttp, onWrite: () => void): Fetch {
  const routes = [...pullRequestRoutes(bridge), ...repositoryRoutes(bridge), ...appRoutes(bridge)];

  const answerApi = async (original: Request, url: URL): Promise<Response> => {
    const identified = identify(bridge, original);
    if (identified instanceof Response) return identified;
    const call = { request: identified.request, url, owner: identified.owner };
    const [, ownerName, name] = /^\/repos\/([^/]+)\/([^/]+)/.exec(url.pathname) ?? [];
    const repository = ownerName && name ? findRepository(bridge.tables, ownerName, name) : undefined;
    // Asked by an App, whose signature emulate checks, and answered with no more than where it is installed.
    if (APPS_QUESTION.test(url.pathname)) return bridge.emulate(call.request);
    // GitHub does not tell that a private repository exists; emulate answers 403.
    if (repository && !isVisible(bridge.tables, call.owner, repository)) return notFound();
    for (const candidate of routes) {
      const answer = candidate.answer(call);
      if (answer) return answer;
    }
    if (READS.has(original.method)) return bridge.emulate(call.request);
    const response = await writeThrough(bridge, call, repository);
    if (response.ok) announceAccess(bridge, call);
    return response;
  };

  return async (request) => {
    const url = new URL(request.url);
    try {
      for (const candidate of gitHttp.routes) {
        const answer = candidate.answer({ request, url, owner: undefined });
        if (answer) return await answer;
      }
      // Signing in: the client's name and password may stand where else a token does.
      if (url.pathname.startsWith('/login/')) return await bridge.emulate(request);
      return await answerApi(request, url);
    } catch (error) {
      console.error(`The emulated GitHub failed at ${request.method} ${url.pathname}:`, error);
      return refuse(500, error instanceof Error ? error.message : String(error));
    } finally {
      if (!READS.has(request.method)) onWrite();
    }
  };
}
