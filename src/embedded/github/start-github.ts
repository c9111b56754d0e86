import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { readRefs } from './bare-repository';
import { type Bridge } from './bridge';
import { createGitHubEmulator } from './create-emulator';
import { nameDeliveries, rerouteEvents } from './emulate-events';
import { type Internals } from './emulate-internals';
import { writeFirstCommit } from './first-commit';
import { createFront } from './front';
import { GitHttp } from './git-http';
import { PullRequests } from './pull-requests';
import { RepositoryMirror } from './repository-mirror';
import {
  FALLBACK_LOGIN,
  ORGANIZATION,
  PEOPLE,
  redirectUri,
  REPOSITORIES,
  SEEDED_APP,
  seedConfig,
  webhookUrl,
  type Registration,
} from './seed';
import { readState, StateWriter, withoutObjects, type State } from './state-file';
import { TokenRegistry } from './token-registry';
import { WebhookOutbox, type Delivery } from './webhook-outbox';

export interface GitHubOptions extends Registration {
  /** Keeps the repositories and the accounts; made when it is missing. */
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Loopback unless said otherwise. */
  readonly host?: string;
}

export interface EmulatedGitHub {
  /** Base of the web pages, of git and of the REST API alike, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly appId: number;
  readonly appSlug: string;
  readonly installationId: number;
  /** PKCS#1; the same at every start on one data folder. */
  readonly appPrivateKeyPem: string;
  /** The newest attempts to deliver a webhook to the application. */
  deliveries(): readonly Delivery[];
  /** Ends every token of an installation now, as an hour does. */
  expireInstallationTokens(): void;
  /** Resolves when every webhook of requests answered so far has been tried. */
  settled(): Promise<void>;
  /** Saves the state and frees the port; again does nothing. */
  close(): Promise<void>;
}

function newPrivateKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;
}

function install(internals: Internals, register: () => void, dataDir: string) {
  const { app, tables, store, url, webhooks } = internals;
  const sendToHooks = webhooks.dispatch.bind(webhooks);
  nameDeliveries(internals);
  register();
  const mirror = new RepositoryMirror(join(dataDir, 'repositories'), tables);
  const bridge: Bridge = {
    url,
    tables,
    store,
    mirror,
    tokens: new TokenRegistry(internals.tokens),
    pulls: new PullRequests(tables, mirror),
    webhooks: new WebhookOutbox(tables, sendToHooks),
    emulate: app.fetch,
  };
  rerouteEvents(bridge, internals);
  return { bridge, app, gitHttp: new GitHttp(bridge) };
}

/** Puts back what an earlier start left, or makes this the first one. */
function restoreRows({ store, tables, tokens }: Bridge, state: State | undefined): void {
  if (state) {
    store.restore(state.store);
    tokens.restore(state.tokens);
    return;
  }
  const fallback = tables.users.findOneBy('login', FALLBACK_LOGIN);
  if (fallback) tables.users.delete(fallback.id); // nobody signs in as nobody
  const organization = tables.orgs.findOneBy('login', ORGANIZATION);
  // Members of the organization may push, as in most teams.
  if (organization) tables.orgs.update(organization.id, { default_repository_permission: 'write' });
}

/** The ports of the stack may differ from start to start, so the application is registered anew. */
function registerApplication({ tables }: Bridge, options: GitHubOptions): void {
  const [oauthApp] = tables.oauthApps.all();
  const app = tables.apps.findOneBy('slug', SEEDED_APP.slug);
  if (!oauthApp || !app) throw new Error('The state of the emulated GitHub has no application in it.');
  tables.oauthApps.update(oauthApp.id, {
    client_id: options.oauthClientId,
    client_secret: options.oauthClientSecret,
    redirect_uris: [redirectUri(options.appUrl)],
  });
  tables.apps.update(app.id, {
    webhook_url: webhookUrl(options.appUrl),
    webhook_secret: options.webhookSecret,
  });
}

async function fillRepositories({ tables, mirror }: Bridge, isFirstStart: boolean): Promise<void> {
  const [author] = PEOPLE;
  for (const repository of tables.repos.all()) {
    const folder = await mirror.folder(repository);
    const seeded = REPOSITORIES.find(({ name }) => repository.full_name === `${ORGANIZATION}/${name}`);
    if (isFirstStart && author && seeded && (await readRefs(folder)).size === 0) {
      await writeFirstCommit(folder, { branch: repository.default_branch, author, files: seeded.files });
    }
    await mirror.adopt(repository);
  }
}

/**
 * Starts the emulated GitHub of the one-machine stack: sign-in, App, REST API, webhooks and real git
 * over HTTP, with no account and no network. Repositories, pull requests, issues, accounts and
 * tokens in the data folder survive restarts.
 * @throws when the port is taken, when the data folder can't be read, or when emulate is not the
 * version that this is built on
 */
export async function startGitHub(options: GitHubOptions): Promise<EmulatedGitHub> {
  const { dataDir, port, host = '127.0.0.1' } = options;
  const statePath = join(dataDir, 'state.json');
  const state = readState(statePath);
  const appPrivateKeyPem = state?.appPrivateKeyPem ?? newPrivateKey();
  const installed = Promise.withResolvers<ReturnType<typeof install>>();
  const ready = Promise.withResolvers<null>();

  const emulator = await createGitHubEmulator({
    host,
    port,
    seed: seedConfig(options, appPrivateKeyPem),
    install: (internals, register) => {
      const parts = install(internals, register, dataDir);
      const front = createFront(parts.bridge, parts.gitHttp, () => {
        writer.schedule();
      });
      // Whoever asks before the repositories are there waits for them.
      parts.app.fetch = (request) => ready.promise.then(() => front(request));
      installed.resolve(parts);
    },
  });
  const { bridge, gitHttp } = await installed.promise;
  const writer = new StateWriter(statePath, () => ({
    format: 1,
    appPrivateKeyPem,
    store: withoutObjects(bridge.store.snapshot()),
    tokens: bridge.tokens.snapshot(),
  }));
  try {
    restoreRows(bridge, state);
    registerApplication(bridge, options);
    await fillRepositories(bridge, state === undefined);
    await writer.flush();
  } catch (error) {
    await emulator.close();
    throw error;
  }
  ready.resolve(null);

  const close = async () => {
    gitHttp.close();
    await emulator.close();
    await bridge.webhooks.close();
    await writer.flush();
  };
  let closing: Promise<void> | undefined;

  return {
    appId: SEEDED_APP.appId,
    appSlug: SEEDED_APP.slug,
    installationId: SEEDED_APP.installationId,
    url: bridge.url,
    port: Number(new URL(bridge.url).port),
    appPrivateKeyPem,
    deliveries: () => bridge.webhooks.log,
    expireInstallationTokens: () => bridge.tokens.expireInstallations(),
    settled: () => bridge.webhooks.settled(),
    close: () => (closing ??= close()),
  };
}
