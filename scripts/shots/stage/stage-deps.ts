// Services over a running stack's own database, realtime server and blob store, with sandboxes in which nothing
// runs: what happens in them is played by the scenes.
import { createHmac } from 'node:crypto';
import { createDb } from '@/db/client';
import { apiClient } from '@/embedded/stack/browser-sign-in';
import { KeptPorts } from '@/embedded/stack/kept-ports';
import { PUSHER_APP } from '@/embedded/stack/app-environment';
import { readOrMakeSecrets } from '@/embedded/stack/secrets';
import { savedDatabaseUrl } from '@/embedded/postgres/saved-database-url';
import { createSignedFolderBlobs } from '@/integrations/local/blobs';
import { createPusherRealtime } from '@/integrations/pusher/create-pusher-realtime';
import { createPublisher } from '@/integrations/publisher/create-publisher';
import type { Deps, DeploymentConfig } from '@/services/deps';
import { createSealer } from '@/services/seal';
import { checkSandbox } from '@/services/sandboxes/check-sandbox';
import { RememberedSessions } from '@/services/sandboxes/remembered-sessions';
import { InMemorySandboxes } from '@/testing/in-memory-sandboxes';

export interface StageDeps extends Deps {
  /** Waits for what services put off until after their answer. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

interface Running {
  dataFolder: string;
  url: string;
  githubUrl: string;
}

/** The services' dependencies for seeding the stack that runs on `dataFolder`. */
export async function makeStageDeps({ dataFolder, url, githubUrl }: Running): Promise<StageDeps> {
  const databaseUrl = savedDatabaseUrl(dataFolder);
  if (databaseUrl === undefined) throw new Error(`There is no database in ${dataFolder}.`);
  const secrets = readOrMakeSecrets(dataFolder);
  const ports = new KeptPorts(dataFolder);
  const port = (part: string): number => ports.former(part) ?? 0;
  const putOff: (() => Promise<void>)[] = [];
  const realtimeAt = { host: '127.0.0.1', port: port('realtime') };
  const deps: StageDeps = {
    db: createDb({ url: databaseUrl, maxConnections: 4 }),
    realtime: createPusherRealtime({
      ...realtimeAt,
      ...{ appId: PUSHER_APP.id, key: PUSHER_APP.key, secret: secrets.pusher },
    }),
    sandboxes: new InMemorySandboxes(),
    blobs: createSignedFolderBlobs({
      baseUrl: `http://127.0.0.1:${port('blobs')}`,
      secret: secrets.blobs,
      now: () => Date.now(),
    }),
    ...{ github: null, chat: null, sealer: createSealer('k1:a-key-of-tests-only') },
    publisher: createPublisher(),
    repositoryHost: {
      describe: async () => ({ defaultBranch: 'main', branches: ['main', 'next'] }),
      readFile: async () => ({
        kind: 'text',
        text: '# Rules\n\nRun `npm test` before you finish.\n',
        isCut: false,
      }),
    },
    signer: signerOf(secrets.server),
    remembered: new RememberedSessions(),
    config: await configOf({ url, githubUrl }),
    log: { info: () => undefined, error: (message) => process.stderr.write(`${message}\n`) },
    defer: (work) => putOff.push(work),
    checkSoon: (sessionId) => putOff.push(() => checkSandbox(deps, sessionId)),
    drain: async () => {
      for (let work = putOff.shift(); work; work = putOff.shift()) await work();
    },
    close: () => deps.db.$disconnect(),
  };
  return deps;
}

/** The signer of the stack's app, so that it takes the tokens of played sandboxes for its own. */
function signerOf(key: string): Deps['signer'] {
  const mac = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  return {
    sign: (text) => ({ keyId: 'local', signature: mac(text) }),
    verify: (text, { signature }) => signature === mac(text),
  };
}

async function configOf({ url, githubUrl }: Omit<Running, 'dataFolder'>): Promise<DeploymentConfig> {
  const { model, version, realtime } = await apiClient(url, {}).system.info.query();
  return {
    ...{ version, realtime, githubUrl, deployment: 'local', appUrl: url, sandboxAppUrl: url },
    sandboxIdleSeconds: 600,
    sandboxMaxima: { cpus: 8, memoryMiB: 16_384, diskMiB: 40_960, processes: 4_096 },
    models: [
      {
        ref: model,
        agent: {
          ...{ provider: 'openai-compatible', id: model.id, contextTokens: 200_000, outputTokens: 32_000 },
          acceptsImages: false,
          cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        },
        efforts: [],
      },
    ],
  };
}
