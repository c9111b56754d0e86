// The server's procedures over HTTP, on a real database and a real realtime server; sandboxes are played by the test.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { appRouter } from '@/api/root';
import { createDb, type Db } from '@/db/client';
import { insertToken } from '@/db/api-tokens';
import { joinTeams } from '@/db/people';
import { saveRepository } from '@/db/repositories';
import { InMemorySandboxes } from './in-memory-sandboxes';
import type { ReportedEvent } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import { TeamId } from '@/domain/ids';
import type { Checkpoint, Delta } from '@/domain/wire/bridge';
import { startRealtimeServer, type RealtimeServer } from '@/embedded/realtime/start-realtime-server';
import { createPusherRealtime } from '@/integrations/pusher/create-pusher-realtime';
import { createPublisher } from '@/integrations/publisher/create-publisher';
import { identify } from '@/services/auth/identify';
import { hashSecret, newToken } from '@/services/auth/secrets';
import type { Deps } from '@/services/deps';
import { createSealer } from '@/services/seal';
import { ingestSync } from '@/services/sandboxes/ingest-sync';
import { RememberedSessions } from '@/services/sandboxes/remembered-sessions';

const REALTIME = { appId: 'app-1', key: 'key-1', secret: 'a-secret-that-is-long-enough' };

/** A server to run a client against; everything is ended by `close`. */
export class ApiBench {
  readonly deps: Deps;
  readonly db: Db;
  /** What can be downloaded, by the address's path. */
  readonly blobs = new Map<string, string>();
  /** What the next requests are answered with in place of an answer; for a server that is away. */
  brokenWith: number | null = null;
  requests = 0;
  url = '';
  readonly #realtime: RealtimeServer;
  readonly #server: Server;

  private constructor(db: Db, realtime: RealtimeServer) {
    this.db = db;
    this.#realtime = realtime;
    this.deps = this.#makeDeps();
    const trpc = createHTTPHandler({
      router: appRouter,
      basePath: '/api/trpc/',
      createContext: async ({ req }) => {
        const bearer = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '')?.[1] ?? null;
        const client = req.headers['x-dispatch-client']?.toString() ?? null;
        return {
          deps: this.deps,
          bearer,
          caller: await identify(this.deps, { bearer, loginSession: null, client }),
        };
      },
    });
    this.#server = createServer((request, response) => {
      this.requests += 1;
      const blob = this.blobs.get(request.url ?? '');
      if (this.brokenWith !== null) response.writeHead(this.brokenWith).end('<h1>away</h1>');
      else if (blob !== undefined) response.end(blob);
      else if (request.method === 'PUT') void this.#keep(request).then(() => response.end());
      else trpc(request, response);
    });
  }

  static async start(databaseUrl: string): Promise<ApiBench> {
    const realtime = await startRealtimeServer({ ...REALTIME, port: 0 });
    const bench = new ApiBench(createDb({ url: databaseUrl, maxConnections: 5 }), realtime);
    await new Promise<void>((resolve) => bench.#server.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an AddressInfo.
    bench.url = `http://127.0.0.1:${(bench.#server.address() as AddressInfo).port}`;
    return bench;
  }

  async #keep(request: IncomingMessage): Promise<void> {
    this.blobs.set(request.url ?? '', await text(request));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#realtime.close();
    await this.db.$disconnect();
  }

  /** A person in a team of their own that has the demo repository, and a token for them. */
  async person(name: string): Promise<{ userId: string; token: string }> {
    const login = `${name.toLowerCase()}-${randomBytes(3).toString('hex')}`;
    const { id } = await this.db.user.create({ data: { name, login } });
    await joinTeams(this.db, { id, login, name });
    const { teamId } = await this.db.membership.findFirstOrThrow({ where: { userId: id } });
    const url = `https://git.test/${login}/demo.git`;
    await saveRepository(this.db, {
      ...{ teamId: TeamId.parse(teamId), kind: 'demo', name: 'acme/demo', url, defaultBranch: 'main' },
    });
    const { token, hash, prefix } = newToken();
    const given = { userId: id, kind: 'terminal', name: 'test', hash, prefix, expiresAt: null } as const;
    await insertToken(this.db, given);
    return { userId: id, token };
  }

  /** Makes a token that is known worthless. */
  async revoke(token: string): Promise<void> {
    await this.db.apiToken.deleteMany({ where: { hash: hashSecret(token) } });
  }

  /** The bridge of a session's present sandbox. */
  async bridge(sessionId: SessionId): Promise<PlayedBridge> {
    const { epoch } = await this.db.session.findUniqueOrThrow({ where: { id: sessionId } });
    return new PlayedBridge(this.deps, sessionId, epoch);
  }

  #makeDeps(): Deps {
    return {
      db: this.db,
      realtime: createPusherRealtime({ ...REALTIME, host: '127.0.0.1', port: this.#realtime.port }),
      sandboxes: playedSandboxes(),
      blobs: {
        uploadUrl: (key) => ({ url: `${this.url}/blobs/${key}`, headers: {} }),
        downloadUrl: (key) => `${this.url}/blobs/${key}`,
      },
      ...{ github: null, chat: null, sealer: createSealer('k1:a-key-of-tests-only') },
      publisher: createPublisher(),
      repositoryHost: {
        describe: async () => ({ defaultBranch: 'main', branches: ['main'] }),
        readFile: async () => ({ kind: 'none' }),
      },
      signer: { sign: () => ({ keyId: 'k', signature: 's' }), verify: () => true },
      remembered: new RememberedSessions(),
      config: {
        ...{ version: '0.0.0-test', deployment: 'test', appUrl: this.url, sandboxAppUrl: this.url },
        sandboxIdleSeconds: 600,
        sandboxMaxima: { cpus: 8, memoryMiB: 16_384, diskMiB: 40_960, processes: 4_096 },
        models: [
          {
            ref: { id: 'stand-in', label: 'Stand-in', standIn: true },
            agent: {
              ...{ provider: 'openai-compatible', id: 'stand-in', contextTokens: 1_000, outputTokens: 100 },
              ...{ acceptsImages: false, cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
            },
            efforts: [],
          },
        ],
        realtime: {
          ...{
            key: REALTIME.key,
            host: '127.0.0.1',
            port: this.#realtime.port,
            useTls: false,
            cluster: 'none',
          },
        },
        githubUrl: 'https://github.test',
      },
      log: { info: () => undefined, error: () => undefined },
      defer: (work) => void work().catch(() => undefined),
      checkSoon: () => undefined,
    };
  }
}

/** Says what a bridge would say, by the call that a bridge makes. */
export class PlayedBridge {
  readonly #deps: Deps;
  readonly #sessionId: SessionId;
  readonly epoch: number;
  readonly #bootId = randomUUID();
  #reported = 0;

  constructor(deps: Deps, sessionId: SessionId, epoch: number) {
    this.#deps = deps;
    this.#sessionId = sessionId;
    this.epoch = epoch;
  }

  async report(...events: ReportedEvent[]): Promise<void> {
    await this.#sync({ events });
    this.#reported += events.length;
  }

  async write(...deltas: Delta[]): Promise<void> {
    await this.#sync({ deltas });
  }

  async store(...checkpoints: Checkpoint[]): Promise<void> {
    await this.#sync({ checkpoints });
  }

  async ready(): Promise<void> {
    const phase = { kind: 'sandbox.phase', epoch: this.epoch, isolation: null, reason: null } as const;
    await this.report({ ...phase, phase: 'ready' });
  }

  async #sync(said: {
    events?: ReportedEvent[];
    deltas?: Delta[];
    checkpoints?: Checkpoint[];
  }): Promise<void> {
    await ingestSync(
      this.#deps,
      { sessionId: this.#sessionId, epoch: this.epoch },
      {
        ...{ epoch: this.epoch, bootId: this.#bootId, first: this.#reported + 1 },
        ...{ events: [], deltas: [], checkpoints: [], inFlight: null, ackedCommand: 0 },
        ...said,
      },
    );
  }
}

/** A provider for which every sandbox runs: the bridges of a bench are played. */
function playedSandboxes(): InMemorySandboxes {
  const sandboxes = new InMemorySandboxes();
  sandboxes.status = async () => ({ state: 'running' });
  return sandboxes;
}
