import { createHmac, timingSafeEqual } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createDb, type Db } from '@/db/client';
import { AppError } from '@/domain/errors';
import { createSignedFolderBlobs } from '@/integrations/local/blobs';
import { createPublisher } from '@/integrations/publisher/create-publisher';
import type { FileAtHead, RemoteRepository, RepositoryHost } from '@/ports/repositories';
import type { DeployedModel, Deps, DeploymentConfig, TokenSigner } from '@/services/deps';
import { createSealer } from '@/services/seal';
import { checkSandbox } from '@/services/sandboxes/check-sandbox';
import { RememberedSessions } from '@/services/sandboxes/remembered-sessions';
import { useDatabase } from '@/testing/database';
import { InMemorySandboxes } from '@/testing/in-memory-sandboxes';
import { RecordingRealtime } from '@/testing/recording-realtime';

/** All that services use, over a real database, with fakes of the ports that remember what was asked of them. */
export interface TestDeps extends Deps {
  realtime: RecordingRealtime;
  sandboxes: InMemorySandboxes;
  repositoryHost: LocalRepositoryHost;
  /** Errors that were logged. */
  logged: string[];
  /** Runs what was put off until after an answer, and what that puts off in turn. */
  drain(): Promise<void>;
  /** Forgets what was put off, as a process does that is killed. */
  forget(): void;
}

/** Repositories by address: anything that is not listed does not exist. */
export class LocalRepositoryHost implements RepositoryHost {
  readonly known = new Map<string, RemoteRepository>();
  /** By `<address>@<branch>:<path>`. */
  readonly files = new Map<string, FileAtHead>();

  async describe(...[address]: Parameters<RepositoryHost['describe']>): Promise<RemoteRepository> {
    const found = this.known.get(address);
    if (found) return found;
    throw new AppError('repository_not_found', `There is no repository at ${address}.`);
  }

  async readFile(address: string, { branch, file }: { branch: string; file: string }): Promise<FileAtHead> {
    await this.describe(address);
    return this.files.get(`${address}@${branch}:${file}`) ?? { kind: 'none' };
  }
}

function testModel(id: string, price: number): DeployedModel {
  return {
    ref: { id, label: id === 'scripted' ? 'Scripted' : 'Costly', standIn: price === 0 },
    agent: {
      ...{ provider: 'openai-compatible', id, contextTokens: 200_000, outputTokens: 32_000 },
      acceptsImages: price > 0,
      cost: { input: price, output: 5 * price, cacheRead: price / 10, cacheWrite: price },
    },
    efforts: price > 0 ? ['low', 'medium', 'high'] : [],
  };
}

const CONFIG: DeploymentConfig = {
  version: '0.0.0-test',
  deployment: 'test',
  appUrl: 'http://app.test',
  sandboxAppUrl: 'http://sandbox-app.test',
  sandboxIdleSeconds: 600,
  sandboxMaxima: { cpus: 8, memoryMiB: 16_384, diskMiB: 40_960, processes: 4_096 },
  models: [testModel('scripted', 0), testModel('costly', 3)],
  realtime: { key: 'recording', host: '127.0.0.1', port: 1, useTls: false, cluster: 'none' },
  githubUrl: 'http://github.test',
};

function testSigner(): TokenSigner {
  const mac = (text: string) => createHmac('sha256', 'a key of tests only').update(text).digest('hex');
  return {
    sign: (text) => ({ keyId: 'k1', signature: mac(text) }),
    verify: (text, { keyId, signature }) => {
      const [given, right] = [Buffer.from(signature), Buffer.from(mac(text))];
      return keyId === 'k1' && given.length === right.length && timingSafeEqual(given, right);
    },
  };
}

/** Dependencies over the given database; nothing that is put off runs before `drain`. */
export function createTestDeps(db: Db): TestDeps {
  const putOff: (() => Promise<void>)[] = [];
  const logged: string[] = [];
  const deps: TestDeps = {
    db,
    realtime: new RecordingRealtime(),
    sandboxes: new InMemorySandboxes(),
    blobs: createSignedFolderBlobs({
      baseUrl: 'http://blobs.test',
      secret: 'blobs of tests',
      now: () => Date.now(),
    }),
    repositoryHost: new LocalRepositoryHost(),
    github: null,
    chat: null,
    sealer: createSealer('k1:a-key-of-tests-only'),
    publisher: createPublisher(),
    signer: testSigner(),
    remembered: new RememberedSessions(),
    config: CONFIG,
    log: { info: () => undefined, error: (message) => logged.push(message) },
    logged,
    defer: (work) => putOff.push(work),
    checkSoon: (sessionId) => deps.defer(() => checkSandbox(deps, sessionId)),
    drain: async () => {
      for (let work = putOff.shift(); work; work = putOff.shift()) await work();
    },
    forget: () => void putOff.splice(0),
  };
  return deps;
}

/** Gives this test file a database of its own, and each of its tests fresh dependencies over it. */
export function useDeps(): { readonly current: TestDeps } {
  const database = useDatabase();
  const open: { db?: Db; deps?: TestDeps } = {};
  beforeAll(() => {
    open.db = createDb({ url: database.url, maxConnections: 10 });
  });
  beforeEach(() => {
    if (open.db) open.deps = createTestDeps(open.db);
  });
  afterAll(() => open.db?.$disconnect());
  return {
    get current() {
      if (!open.deps) throw new Error('The dependencies are there inside of tests.');
      return open.deps;
    },
  };
}
