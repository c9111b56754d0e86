import { spawn, type ChildProcess } from 'node:child_process';
import { pipeline, Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type ReadableStream as NodeReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { allows, rightOn } from './access';
import { readRefs } from './bare-repository';
import { findRepository, type Bridge } from './bridge';
import { type RepositoryRow, type TokenOwner } from './emulate-internals';
import { gitEnvironment } from './git-command';
import { announceMoves } from './ref-events';
import { route, type Call, type Route } from './router';
import { presentedToken } from './token-registry';

type Service = 'upload-pack' | 'receive-pack';

const NO_CACHE = { 'cache-control': 'no-cache' };

const plain = (status: number, text: string, headers: Record<string, string> = {}) =>
  new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } });

const askForPassword = (text: string) => plain(401, text, { 'www-authenticate': 'Basic realm="GitHub"' });

/** The repository and the caller, or GitHub's refusal. */
function admit(
  { tables, tokens }: Bridge,
  { request, params }: Call<'owner' | 'name'>,
  service: Service,
): Response | { readonly repository: RepositoryRow; readonly owner: TokenOwner | undefined } {
  const token = presentedToken(request.headers.get('authorization'));
  const owner = token === null ? undefined : tokens.ownerOf(token);
  if (token !== null && !owner) return askForPassword('Invalid username or token.');
  const repository = findRepository(tables, params.owner, params.name);
  const right = repository ? rightOn(tables, owner, repository) : 'none';
  const wanted = service === 'receive-pack' ? 'write' : 'read';
  if (repository && allows(right, wanted)) return { repository, owner };
  // As at GitHub, whoever shows no token can't tell a private repository from none.
  if (!owner) return askForPassword('Authentication is required.');
  if (!repository || right === 'none') return plain(404, 'Repository not found.');
  return plain(403, `Permission to ${repository.full_name}.git denied to ${owner.login}.`);
}

/** A piece of git's packet line format: four hex digits of length, then the text. */
const packet = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;

/**
 * Git's smart HTTP protocol over the bare repositories: clone, fetch and push with any git client,
 * protocol versions 0 to 2. Runs git's own two commands, so no CGI program has to be installed.
 */
export class GitHttp {
  readonly routes: readonly Route[];
  readonly #bridge: Bridge;
  readonly #running = new Set<ChildProcess>();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    this.routes = [
      route('GET', '/:owner/:name/info/refs', (call) => this.#advertise(call)),
      route('POST', '/:owner/:name/git-upload-pack', (call) => this.#serveFetch(call)),
      route('POST', '/:owner/:name/git-receive-pack', (call) => this.#servePush(call)),
    ];
  }

  /** Ends transfers that are under way. */
  close(): void {
    for (const child of this.#running) child.kill();
  }

  async #advertise(call: Call<'owner' | 'name'>): Promise<Response> {
    const service = /^git-(upload-pack|receive-pack)$/.exec(call.url.searchParams.get('service') ?? '')?.[1];
    if (!service) return plain(403, 'Please upgrade your git client: this host speaks smart HTTP only.');
    const name = service === 'upload-pack' ? 'upload-pack' : 'receive-pack';
    const admitted = admit(this.#bridge, call, name);
    if (admitted instanceof Response) return admitted;
    const folder = await this.#bridge.mirror.folder(admitted.repository);
    const child = this.#start(call.request, [name, '--stateless-rpc', '--advertise-refs', folder]);
    child.stdin.end();
    const head = Buffer.from(`${packet(`# service=git-${name}\n`)}0000`);
    const body = Buffer.concat([head, await buffer(child.stdout)]);
    const headers = { 'content-type': `application/x-git-${name}-advertisement`, ...NO_CACHE };
    return new Response(body, { headers });
  }

  async #serveFetch(call: Call<'owner' | 'name'>): Promise<Response> {
    const admitted = admit(this.#bridge, call, 'upload-pack');
    if (admitted instanceof Response) return admitted;
    const folder = await this.#bridge.mirror.folder(admitted.repository);
    const child = this.#start(call.request, ['upload-pack', '--stateless-rpc', folder]);
    this.#feed(call.request, child.stdin);
    // Node's stream is the web's, under a type of its own.
    const body = Readable.toWeb(child.stdout) as unknown as ReadableStream<Uint8Array>;
    return new Response(body, {
      headers: { 'content-type': 'application/x-git-upload-pack-result', ...NO_CACHE },
    });
  }

  async #servePush(call: Call<'owner' | 'name'>): Promise<Response> {
    const admitted = admit(this.#bridge, call, 'receive-pack');
    if (admitted instanceof Response) return admitted;
    const { repository, owner } = admitted;
    const { mirror } = this.#bridge;
    const output = await mirror.exclusive(repository.id, async () => {
      const folder = await mirror.folder(repository);
      const before = await readRefs(folder);
      const child = this.#start(call.request, ['receive-pack', '--stateless-rpc', folder]);
      this.#feed(call.request, child.stdin);
      const answer = await buffer(child.stdout);
      const moves = await mirror.importChanges(repository, before);
      await announceMoves(this.#bridge, repository, { moves, owner });
      return new Uint8Array(answer);
    });
    return new Response(output, {
      headers: { 'content-type': 'application/x-git-receive-pack-result', ...NO_CACHE },
    });
  }

  #start(request: Request, args: readonly string[]) {
    const version = request.headers.get('git-protocol');
    const env = gitEnvironment(version ? { GIT_PROTOCOL: version } : {});
    // What git has to say goes to the client inside the protocol.
    const child = spawn('git', args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    return child;
  }

  #feed(request: Request, stdin: Writable): void {
    if (!request.body) {
      stdin.end();
      return;
    }
    // The web's stream is Node's, under a type of its own.
    const body = Readable.fromWeb(request.body as unknown as NodeReadableStream<Uint8Array>);
    const isZipped = request.headers.get('content-encoding') === 'gzip';
    const parts = isZipped ? ([body, createGunzip(), stdin] as const) : ([body, stdin] as const);
    // A broken transfer shows at both ends: git says so to the client, or the client is gone.
    pipeline(parts, () => undefined);
  }
}
