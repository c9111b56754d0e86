import { AppError, messageOf } from '@/domain/errors';
import type { RemoteRepository } from '@/ports/repositories';
import { readRefs } from './read-refs';

const TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 3;
/** Refs of a very large repository; what is longer is cut, which costs branches and no correctness. */
const MAX_BYTES = 8 * 1024 * 1024;

interface RemoteOptions {
  credentials?: { username: string; password: string } | undefined;
  /** Hosts of the deployment's own that plain http and private addresses are allowed for, such as `127.0.0.1:4101`. */
  trustedHosts: ReadonlySet<string>;
}

/**
 * Asks a git server for its refs over smart HTTP (git's http-protocol, "info/refs"), which needs no git here.
 * Errors: `bad_input`, `repository_not_found`, `repository_forbidden`, `repository_empty`.
 */
export async function describeRemote(address: string, options: RemoteOptions): Promise<RemoteRepository> {
  const url = checkedUrl(address, options.trustedHosts);
  const response = await fetchRefs(url, options);
  const bytes = await readUpTo(response, MAX_BYTES);
  const refs = readRefs(bytes);
  if (refs === null) {
    throw new AppError(
      'repository_not_found',
      `${address} answers, but not as a git repository. Check the address.`,
    );
  }
  const [first] = refs.branches;
  if (first === undefined) {
    throw new AppError(
      'repository_empty',
      `${address} has no commits yet. Push a first commit, then try again.`,
    );
  }
  const defaultBranch = refs.head ?? first;
  const headCommit = refs.commits.get(defaultBranch);
  return { branches: refs.branches, defaultBranch, ...(headCommit ? { headCommit } : {}) };
}

function checkedUrl(address: string, trustedHosts: ReadonlySet<string>): URL {
  const url = URL.parse(address);
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new AppError(
      'bad_input',
      `“${address}” is no git address. Use https://…, or the path of a folder.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError(
      'bad_input',
      'The address has a user or password in it, which everybody in the team would see. Leave it out.',
    );
  }
  if (trustedHosts.has(url.host)) return url;
  if (url.protocol !== 'https:') throw new AppError('bad_input', 'Only https addresses are fetched.');
  if (isPrivateHost(url.hostname)) {
    throw new AppError('bad_input', `${url.hostname} is an address of a private network and is not fetched.`);
  }
  return url;
}

/** Names and literals that lead into the network that the app itself runs in. */
function isPrivateHost(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  return (
    name === 'localhost' ||
    /\.(localhost|local|internal)$/.test(name) ||
    /^(0|10|127)\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(
      name,
    ) ||
    /^(::1?$|f[cd][0-9a-f]{2}:|fe80:|::ffff:)/.test(name)
  );
}

async function fetchRefs(url: URL, options: RemoteOptions): Promise<Response> {
  const response = await fetchFollowing(url, options);
  if (response.ok) return response;
  if (response.status === 401 || response.status === 403) {
    throw new AppError(
      'repository_forbidden',
      `${url.href} is private or not there. Ask its owner for access, or check the address.`,
    );
  }
  throw new AppError('repository_not_found', `There is no repository at ${url.href} (${response.status}).`);
}

/** Follows redirects itself, so that each step is checked like the address that was given. */
async function fetchFollowing(url: URL, options: RemoteOptions): Promise<Response> {
  let target = new URL(`${url.origin}${url.pathname.replace(/\/+$/, '')}/info/refs?service=git-upload-pack`);
  const headers = requestHeaders(options);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await fetchOnce(target, headers);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    target = checkedUrl(new URL(location, target).href, options.trustedHosts);
    delete headers['authorization'];
  }
  throw new AppError('repository_not_found', `${url.href} redirects without end. Check the address.`);
}

function requestHeaders({ credentials }: RemoteOptions): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'git/2.0 (dispatch)' };
  if (credentials) {
    const pair = `${credentials.username}:${credentials.password}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return headers;
}

async function fetchOnce(target: URL, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(target, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new AppError(
      'repository_not_found',
      `${target.host} can't be reached: ${messageOf(error)}. Check the address.`,
      { cause: error },
    );
  }
}

async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const reader = response.body?.getReader();
  let size = 0;
  while (reader && size < maxBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
  }
  await reader?.cancel();
  return Buffer.concat(chunks);
}
