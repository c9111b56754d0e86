import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEmulator, type SeedConfig } from 'emulate';
import { type Internals, type Store, type Tables, type TokenOwner } from './emulate-internals';

/** The one version whose insides are known; its next release may rename any of them. */
export const EMULATE_VERSION = '0.12.2';

type Registration = Omit<Internals, 'tables' | 'url' | 'tokens'>;

interface GitHubModule {
  readonly githubPlugin: {
    register: (
      ...args: [
        app: Registration['app'],
        store: Store,
        webhooks: Registration['webhooks'],
        baseUrl: string,
        tokens: Map<string, TokenOwner>,
      ]
    ) => void;
    seed?: (store: Store, baseUrl: string) => void;
  };
  readonly getGitHubStore: (store: Store) => Tables;
}

type Plugin = GitHubModule['githubPlugin'];

/** Runs inside emulate's start: gets the insides, and calls `register` for emulate's own routes. */
type Installer = (internals: Internals, register: () => void) => void;

const starting = new AsyncLocalStorage<{ host: string; install: Installer }>();
let wrapped: Promise<void> | undefined;

/**
 * Says where `emulate` is installed, or refuses with what to do when it is another version.
 * @param searchPaths folders to look in, `node_modules` of this file's parents by default
 */
export function findEmulate(
  searchPaths = createRequire(import.meta.url).resolve.paths('emulate') ?? [],
): string {
  const folder = searchPaths.map((path) => join(path, 'emulate')).find((path) => existsSync(path));
  if (!folder) throw new Error('The package "emulate" is not installed: run `npm install`.');
  // The file is npm's, whose package.json always has a version.
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version !== EMULATE_VERSION) {
    throw new Error(
      `The emulated GitHub is built on the insides of emulate ${EMULATE_VERSION}, but ${version} is installed. ` +
        `Run \`npm install --save-dev --save-exact emulate@${EMULATE_VERSION}\`.`,
    );
  }
  return folder;
}

/** The file of emulate's GitHub plugin; its name holds a hash of its content, so it is found by what it defines. */
export function findPluginFile(emulateFolder: string): string {
  const folder = join(emulateFolder, 'dist');
  const name = readdirSync(folder).find(
    (file) =>
      /^dist-.*[.]js$/.test(file) &&
      readFileSync(join(folder, file), 'utf8').includes('var githubPlugin = {'),
  );
  if (!name) {
    throw new Error(
      `No GitHub plugin was found in ${folder}, although emulate says it is ${EMULATE_VERSION}. ` +
        'Reinstall it: `rm -rf node_modules/emulate && npm install`.',
    );
  }
  return join(folder, name);
}

async function wrapPlugin(): Promise<void> {
  const file = findPluginFile(findEmulate());
  // The exact version was checked, and this is what that version's file exports.
  const { githubPlugin, getGitHubStore } = (await import(
    /* @vite-ignore */ pathToFileURL(file).href
  )) as GitHubModule;
  const register = githubPlugin.register.bind(githubPlugin);
  const seed = githubPlugin.seed?.bind(githubPlugin);
  githubPlugin.register = (...[app, store, webhooks, baseUrl, tokens]: Parameters<Plugin['register']>) => {
    const start = starting.getStore();
    if (!start) {
      register(app, store, webhooks, baseUrl, tokens);
      return;
    }
    // emulate advertises `localhost`, which can resolve to an address that nothing listens on.
    const url = `http://${start.host}:${new URL(baseUrl).port}`;
    start.install({ app, store, webhooks, tokens, tables: getGitHubStore(store), url }, () => {
      register(app, store, webhooks, url, tokens);
    });
  };
  // emulate's own `admin` and `ghost` would stand among our people on the sign-in page.
  githubPlugin.seed = (store, baseUrl) => {
    if (!starting.getStore()) seed?.(store, baseUrl);
  };
}

/**
 * Starts emulate's GitHub with a hand on its insides: `install` runs once, before the first request.
 * Two calls at the same time do not disturb each other.
 * @throws when emulate is missing or another version, or when the port is taken
 */
export async function createGitHubEmulator(options: {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly seed: SeedConfig;
  readonly install: Installer;
}): Promise<{ close(): Promise<void> }> {
  await (wrapped ??= wrapPlugin());
  let installations = 0;
  const install: Installer = (internals, register) => {
    installations += 1;
    options.install(internals, register);
  };
  const emulator = await starting.run({ host: options.host, install }, () =>
    createEmulator({ service: 'github', hostname: options.host, port: options.port, seed: options.seed }),
  );
  if (installations === 0) {
    await emulator.close();
    throw new Error(
      'emulate loaded a second copy of its GitHub plugin, so the bridge to git is not in place.',
    );
  }
  return emulator;
}
