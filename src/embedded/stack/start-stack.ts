import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startBlobServer } from '../blobs/start-blob-server';
import { startGitHub, type EmulatedGitHub } from '../github/start-github';
import type { ChatServer } from '../model/chat-server';
import { startStandInModel } from '../model/start-stand-in-model';
import { applyMigrations, ensureDatabase } from '../postgres/migrations';
import { startSandboxHost } from '../sandboxes/start-sandbox-host';
import { appEnvironment, hasModelKey, OAUTH_CLIENT_ID, serverKeys } from './app-environment';
import { type AppKind, startApp } from './app-process';
import { findTools } from './find-tools';
import { KeptPorts } from './kept-ports';
import { keepPostgres, type KeptPostgres } from './keep-postgres';
import { startLimitsProxy } from './limits-proxy';
import { startRealtimeProcess } from './realtime-process';
import { moveRepositories } from './move-repositories';
import { startSlack, type EmulatedSlack } from '../slack/start-slack';
import { seedSlack } from './seed-slack';
import { seedTeam } from './seed-team';
import { readOrMakeSecrets, type StackSecrets } from './secrets';
import { announceStack, withdrawStack } from './stack-file';
import { startSweepClock, type SweepClock } from './sweep-clock';

export interface StackOptions {
  /** Everything that survives a restart. */
  dataFolder: string;
  /** The app's port when it is free, else any; null for the one of the last start, at first 3000. */
  port: number | null;
  /** `dev` compiles and reloads; `built` serves what `npm run build` made, `fresh` by many short-lived processes. */
  app: AppKind;
  sandboxMode: 'auto' | 'bwrap' | 'process';
  environment: NodeJS.ProcessEnv;
  /** One line for each part that came up. */
  onPart: (part: string, where: string) => void;
  /** What went wrong but ends nothing, and what a part prints. */
  onNotice: (notice: string) => void;
}

export interface Stack {
  url: string;
  githubUrl: string;
  /** The emulated Slack, with a page where people type. */
  slackUrl: string;
  databaseUrl: string;
  /** Ends every token of the App's installation now, as an hour does. */
  expireGitHubTokens(): void;
  /** The processes that may be killed, by name, for those who try. */
  pids(): Record<string, number | undefined>;
  stop(): Promise<void>;
}

type Closing = () => Promise<void>;

/**
 * Brings the whole product up on this machine. What was started is ended again when a later part fails; the error
 * says which part, why and what to do.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  mkdirSync(options.dataFolder, { recursive: true });
  const closings: Closing[] = [];
  const close = async (): Promise<void> => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    return { ...(await startParts(options, closings)), stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(options: StackOptions, closings: Closing[]): Promise<Omit<Stack, 'stop'>> {
  const { dataFolder, onPart, onNotice } = options;
  const secrets = readOrMakeSecrets(dataFolder);
  const ports = new KeptPorts(dataFolder, { isAny: options.port === 0 });
  const appPort = await (options.port === null
    ? ports.take('app', 3000)
    : ports.takeNamed('app', options.port));
  const url = `http://localhost:${appPort}`;

  const database = await startDatabase(options);
  closings.push(() => database.stop());
  const { databaseUrl } = database.postgres;

  const realtimePort = await ports.take('realtime', 6001);
  const realtime = await startRealtimeProcess({
    secret: secrets.pusher,
    webhookUrl: `${url}/api/realtime/webhook`,
    port: realtimePort,
    onNotice,
  });
  closings.push(() => realtime.stop());
  onPart('realtime', `Pusher protocol on port ${realtimePort}`);

  const github = await startEmulatedGitHub(options, { appUrl: url, secrets, ports, databaseUrl });
  closings.push(() => github.close());
  onPart('github', `${github.url} (emulated)`);

  const slack = await startEmulatedSlack(options, { appUrl: url, secrets, ports, databaseUrl });
  closings.push(() => slack.close());
  onPart('slack', `${slack.url} (emulated: type there as ada or ben)`);

  const standIn = await startModel(options);
  if (standIn) closings.push(() => standIn.close());

  const clock = startSweepClock(url, secrets.cron);
  closings.push(async () => clock.stop());
  const { host, blobs } = await startSandboxParts(options, { url, secrets, ports, clock });
  closings.push(() => blobs.close());

  const addresses = {
    ...{ appUrl: url, databaseUrl, githubUrl: github.url, realtimePort, slackUrl: slack.url },
    githubApp: { appId: github.appId, slug: github.appSlug, privateKeyPem: github.appPrivateKeyPem },
    ...{ sandboxHostUrl: host.url, blobsUrl: blobs.url, standInUrl: standIn?.url ?? null },
  };
  const app = await startApp({
    app: options.app,
    onNotice,
    environment: { ...options.environment, ...appEnvironment(addresses, secrets) },
  });
  closings.push(() => app.stop());
  // The sandboxes end before the app that they report to.
  closings.push(() => host.close());
  const proxy = await startLimitsProxy({ port: appPort, appPort: app.port });
  closings.push(() => proxy.close());
  announceStack(dataFolder, { pid: process.pid, url, githubUrl: github.url });
  closings.push(async () => withdrawStack(dataFolder));
  onPart('app', url);
  return {
    ...{ url, githubUrl: github.url, slackUrl: slack.url, databaseUrl },
    expireGitHubTokens: () => github.expireInstallationTokens(),
    pids: () => ({
      app: app.pid(),
      realtime: realtime.pid,
      postgres: database.postgres.pid,
    }),
  };
}

async function startDatabase({ dataFolder, onPart, onNotice }: StackOptions): Promise<KeptPostgres> {
  const database = await keepPostgres(dataFolder, onNotice);
  const { databaseUrl, port } = database.postgres;
  try {
    await ensureDatabase(databaseUrl);
    const { edited } = await applyMigrations(databaseUrl, resolve('prisma/migrations'));
    if (edited.length > 0) onNotice(`migrations changed after they were applied: ${edited.join(', ')}`);
    await seedTeam(databaseUrl);
  } catch (error) {
    await database.stop();
    throw error;
  }
  onPart('database', `Postgres on port ${port}`);
  return database;
}

async function startEmulatedGitHub(
  { dataFolder }: StackOptions,
  given: { appUrl: string; secrets: StackSecrets; ports: KeptPorts; databaseUrl: string },
): Promise<EmulatedGitHub> {
  const { appUrl, secrets, ports, databaseUrl } = given;
  const former = ports.former('github');
  const github = await startGitHub({
    dataDir: join(dataFolder, 'github'),
    port: await ports.take('github', 4101),
    appUrl,
    oauthClientId: OAUTH_CLIENT_ID,
    oauthClientSecret: secrets.githubClient,
    webhookSecret: secrets.githubWebhook,
  });
  if (former !== undefined) {
    await moveRepositories(databaseUrl, `http://127.0.0.1:${former}`, github.url);
  }
  return github;
}

async function startEmulatedSlack(
  { dataFolder }: StackOptions,
  given: { appUrl: string; secrets: StackSecrets; ports: KeptPorts; databaseUrl: string },
): Promise<EmulatedSlack> {
  const { appUrl, secrets, ports, databaseUrl } = given;
  const botToken = `xoxb-${secrets.slackBot}`;
  await seedSlack(databaseUrl, { botToken, serverKeys: serverKeys(secrets) });
  return startSlack({
    ...{ appUrl, botToken, clientSecret: secrets.slackClient, signingSecret: secrets.slackSigning },
    stateFile: join(dataFolder, 'slack', 'state.json'),
    port: await ports.take('slack', 4104),
  });
}

async function startModel({ environment, onPart }: StackOptions): Promise<ChatServer | null> {
  if (hasModelKey(environment)) {
    onPart('model', 'answers by the key that is set');
    return null;
  }
  const standIn = await startStandInModel();
  onPart('model', 'a stand-in: it follows simple instructions. Set ANTHROPIC_API_KEY for a real one');
  return standIn;
}

async function startSandboxParts(
  { dataFolder, environment, sandboxMode, onPart, onNotice }: StackOptions,
  { url, secrets, ports, clock }: { url: string; secrets: StackSecrets; ports: KeptPorts; clock: SweepClock },
): Promise<{
  host: Awaited<ReturnType<typeof startSandboxHost>>;
  blobs: Awaited<ReturnType<typeof startBlobServer>>;
}> {
  const blobs = await startBlobServer({
    folder: join(dataFolder, 'blobs'),
    secret: secrets.blobs,
    port: await ports.take('blobs', 4103),
    allowedOrigins: [url, url.replace('localhost', '127.0.0.1')],
    log: onNotice,
  });
  onPart('blobs', blobs.url);
  const host = await startSandboxHost({
    dataDir: join(dataFolder, 'sandboxes'),
    secret: secrets.sandboxHost,
    port: 0,
    mode: sandboxMode,
    tools: findTools(environment),
    onExit: async (_ref, { labels }) => {
      const { session } = labels;
      if (session !== undefined) await clock.check(session);
    },
    log: onNotice,
  });
  onPart('sandboxes', host.notice);
  return { host, blobs };
}
