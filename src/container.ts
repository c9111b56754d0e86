import { createHmac, timingSafeEqual } from 'node:crypto';
import { after } from 'next/server';
import { createDb } from '@/db/client';
import { AppError, messageOf } from '@/domain/errors';
import { env, type Environment, sandboxProvider } from '@/env';
import { describeRemote } from '@/integrations/git-http/describe-remote';
import { createGitHub } from '@/integrations/github/create-github';
import { readGithubFile } from '@/integrations/github/read-file';
import { createSignedFolderBlobs } from '@/integrations/local/blobs';
import { createPublisher } from '@/integrations/publisher/create-publisher';
import { createDescribeLocal } from '@/integrations/local/describe-local';
import { createReadLocalFile } from '@/integrations/local/read-local-file';
import { createLocalSandboxes } from '@/integrations/local/sandboxes';
import { createModalSandboxes } from '@/integrations/modal/sandboxes';
import { availableModels, type AvailableModel } from '@/integrations/models/available-models';
import { createPusherRealtime } from '@/integrations/pusher/create-pusher-realtime';
import type { SandboxHostAddress } from '@/integrations/local/sandbox-host-client';
import { createChat } from '@/integrations/slack/create-chat';
import type { Chat } from '@/ports/chat';
import type { GitHub } from '@/ports/github';
import type { RepositoryHost } from '@/ports/repositories';
import type { SandboxProvider } from '@/ports/sandboxes';
import type { DeployedModel, Deps, DeploymentConfig, Log, TokenSigner } from '@/services/deps';
import { isPath } from '@/services/repositories/resolve-repository';
import { createSealer } from '@/services/seal';
import { checkSandbox } from '@/services/sandboxes/check-sandbox';
import { RememberedSessions } from '@/services/sandboxes/remembered-sessions';
import { VERSION } from './version';

/** Everything put together, by hand: services by their dependencies, and what only routes need. */
export interface Container {
  deps: Deps;
  models: readonly AvailableModel[];
  env: Environment;
}

/** Kept across hot reloads, so that a development server does not open pool after pool. */
const kept: { container?: Container } = ((
  globalThis as { dispatchContainer?: { container?: Container } }
).dispatchContainer ??= {});

/** The one container of this process, made on first use: a build reads no environment. */
export function container(): Container {
  return (kept.container ??= createContainer(env()));
}

function createContainer(environment: Environment): Container {
  const models = availableModels(environment);
  const log = jsonLog();
  const localHost = localSandboxHost(environment);
  const deps: Deps = {
    db: createDb({
      url: environment.DATABASE_URL,
      maxConnections: environment.DATABASE_MAX_CONNECTIONS,
      isPrepared: environment.DATABASE_PREPARED_STATEMENTS,
    }),
    realtime: createPusherRealtime(pusherOptions(environment)),
    sandboxes: sandboxes(environment, localHost),
    blobs: createSignedFolderBlobs({
      baseUrl: environment.BLOB_URL,
      secret: environment.BLOB_SECRET,
      now: () => Date.now(),
    }),
    repositoryHost: repositoryHost(environment, localHost),
    github: githubApp(environment),
    chat: slackApp(environment),
    sealer: createSealer(environment.SERVER_KEYS),
    publisher: createPublisher(),
    signer: hmacSigner(environment.SERVER_KEYS),
    remembered: new RememberedSessions(),
    config: deploymentConfig(environment, models),
    log,
    defer: (work) => after(() => reportFailure(log, work)),
    checkSoon: (sessionId) => deps.defer(() => checkSandbox(deps, sessionId)),
  };
  return { deps, models, env: environment };
}

/** Null where no App is set up. */
function githubApp(environment: Environment): GitHub | null {
  const { GITHUB_APP_ID: appId, GITHUB_APP_SLUG: appSlug } = environment;
  const { GITHUB_APP_PRIVATE_KEY: privateKey, GITHUB_WEBHOOK_SECRET: webhookSecret } = environment;
  if (appId === undefined || appSlug === undefined) return null;
  if (privateKey === undefined || webhookSecret === undefined) return null;
  return createGitHub({
    ...{ appId, appSlug, privateKey, webhookSecret },
    ...{ url: environment.GITHUB_URL, apiUrl: environment.GITHUB_API_URL },
    ...{ clientId: environment.GITHUB_CLIENT_ID, clientSecret: environment.GITHUB_CLIENT_SECRET },
  });
}

/** Null where no Slack app is set up. */
function slackApp(environment: Environment): Chat | null {
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret } = environment;
  const { SLACK_URL: url, APP_URL: appUrl } = environment;
  if (clientId === undefined || clientSecret === undefined) return null;
  return createChat({ clientId, clientSecret, url, appUrl });
}

/** Null where Modal runs the sandboxes. */
function localSandboxHost(environment: Environment): SandboxHostAddress | null {
  const { LOCAL_SANDBOX_URL: url, LOCAL_SANDBOX_SECRET: secret } = environment;
  if (sandboxProvider(environment) === 'modal' || url === undefined || secret === undefined) return null;
  return { url, secret };
}

function sandboxes(environment: Environment, localHost: SandboxHostAddress | null): SandboxProvider {
  if (localHost !== null) return createLocalSandboxes(localHost);
  const { MODAL_TOKEN_ID: tokenId, MODAL_TOKEN_SECRET: tokenSecret } = environment;
  if (tokenId === undefined || tokenSecret === undefined) throw new Error('No provider of sandboxes is set.');
  return createModalSandboxes({
    ...{ tokenId, tokenSecret, environment: environment.MODAL_ENVIRONMENT },
    appName: environment.MODAL_APP ?? environment.DEPLOYMENT,
    image: environment.MODAL_IMAGE,
  });
}

async function reportFailure(log: Log, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error('work after an answer failed; the sweep takes it up again', { error: messageOf(error) });
  }
}

function pusherOptions(environment: Environment): Parameters<typeof createPusherRealtime>[0] {
  const { PUSHER_HOST: host, PUSHER_PORT: port } = environment;
  return {
    appId: environment.PUSHER_APP_ID,
    key: environment.PUSHER_KEY,
    secret: environment.PUSHER_SECRET,
    cluster: environment.PUSHER_CLUSTER,
    ...(host === undefined ? {} : { host, useTLS: false }),
    ...(port === undefined ? {} : { port }),
  };
}

function deploymentConfig(
  environment: Environment,
  [first, ...others]: ReturnType<typeof availableModels>,
): DeploymentConfig {
  return {
    version: VERSION,
    deployment: environment.DEPLOYMENT,
    appUrl: environment.APP_URL,
    sandboxAppUrl: environment.SANDBOX_APP_URL ?? environment.APP_URL,
    sandboxIdleSeconds: environment.SANDBOX_IDLE_MINUTES * 60,
    sandboxMaxima: {
      cpus: environment.SANDBOX_MAX_CPUS,
      memoryMiB: environment.SANDBOX_MAX_MEMORY_MIB,
      diskMiB: environment.SANDBOX_MAX_DISK_MIB,
      processes: environment.SANDBOX_MAX_PROCESSES,
    },
    // Without where they answer and with which key: those are the gateway's alone.
    models: [publicModel(first), ...others.map(publicModel)],
    realtime: {
      key: environment.PUSHER_KEY,
      host: environment.PUSHER_HOST ?? null,
      port: environment.PUSHER_PORT ?? null,
      useTls: environment.PUSHER_HOST === undefined,
      cluster: environment.PUSHER_CLUSTER,
    },
    githubUrl: environment.GITHUB_URL,
  };
}

function publicModel({ ref, agent, efforts }: AvailableModel): DeployedModel {
  return { ref, agent, efforts };
}

/** Folders are looked at on the machine of the sandboxes, everything else over git's own protocol. */
function repositoryHost(environment: Environment, localHost: SandboxHostAddress | null): RepositoryHost {
  const { GITHUB_URL, GITHUB_API_URL } = environment;
  const githubHost = new URL(GITHUB_URL).host;
  const trustedHosts = new Set([githubHost]);
  const describeLocal = localHost === null ? refuseFolders : createDescribeLocal(localHost);
  const readLocalFile = localHost === null ? refuseFolders : createReadLocalFile(localHost);
  return {
    describe: (address, credentials) =>
      isPath(address) ? describeLocal(address) : describeRemote(address, { credentials, trustedHosts }),
    readFile: async (address, at, credentials) => {
      if (isPath(address)) return readLocalFile(address, at);
      const { host } = new URL(address);
      if (host === githubHost)
        return readGithubFile({ apiUrl: GITHUB_API_URL, token: credentials?.password }, address, at);
      return { kind: 'unreadable', why: `${host} gives no single file without a clone.` };
    },
  };
}

async function refuseFolders(): Promise<never> {
  throw new AppError('repository_not_found', 'Where sandboxes run elsewhere, a folder is no repository.');
}

function hmacSigner(serverKeys: string): TokenSigner {
  const keys = new Map(
    serverKeys.split(',').map((pair): [string, string] => {
      const at = pair.indexOf(':');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  const [first] = keys;
  if (!first) throw new Error('SERVER_KEYS holds no key.');
  const mac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');
  return {
    sign: (text) => ({ keyId: first[0], signature: mac(first[1], text) }),
    verify: (text, { keyId, signature }) => {
      const key = keys.get(keyId);
      if (key === undefined) return false;
      const expected = Buffer.from(mac(key, text));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/** One line of JSON for each message, which every host's log viewer reads. */
function jsonLog(): Log {
  const write = (level: string, message: string, details: Record<string, unknown> = {}) =>
    JSON.stringify({ level, at: new Date().toISOString(), message, ...details });
  return {
    info: (message, details) => console.info(write('info', message, details)),
    error: (message, details) => console.error(write('error', message, details)),
  };
}
