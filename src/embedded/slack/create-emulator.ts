import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEmulator } from 'emulate';
import { EMULATE_VERSION, findEmulate } from '../github/create-emulator';
import type { Fetch, Store } from '../github/emulate-internals';
import type { SlackTables } from './slack-tables';

/** What emulate hands to its Slack plugin when an emulator starts, with its tables resolved. */
export interface SlackInternals {
  readonly app: { fetch: Fetch };
  readonly store: Store;
  readonly tables: SlackTables;
  /** Where the emulator is reached, without a slash at the end. */
  readonly url: string;
}

type Register = (
  ...args: [app: { fetch: Fetch }, store: Store, webhooks: unknown, baseUrl: string, tokens: unknown]
) => void;

interface SlackModule {
  readonly slackPlugin: { register: Register; seed?: (store: Store, baseUrl: string) => void };
  readonly getSlackStore: (store: Store) => SlackTables;
}

type Installer = (internals: SlackInternals) => void;

const starting = new AsyncLocalStorage<{ install: Installer }>();
let wrapped: Promise<void> | undefined;

/** The file of emulate's Slack plugin; its name holds a hash of its content, so it is found by what it defines. */
function findPluginFile(): string {
  const folder = join(findEmulate(), 'dist');
  const name = readdirSync(folder).find(
    (file) =>
      /^dist-.*[.]js$/.test(file) && readFileSync(join(folder, file), 'utf8').includes('var slackPlugin = {'),
  );
  if (name) return join(folder, name);
  throw new Error(
    `No Slack plugin was found in ${folder}, although emulate says it is ${EMULATE_VERSION}. ` +
      'Reinstall it: `rm -rf node_modules/emulate && npm install`.',
  );
}

async function wrapPlugin(): Promise<void> {
  // The exact version was checked, and this is what that version's file exports.
  const { slackPlugin, getSlackStore } = (await import(
    /* @vite-ignore */ pathToFileURL(findPluginFile()).href
  )) as SlackModule;
  const register = slackPlugin.register.bind(slackPlugin);
  slackPlugin.register = (...given) => {
    const start = starting.getStore();
    const [app, store, webhooks, baseUrl, tokens] = given;
    // emulate advertises `localhost`, which can resolve to an address that nothing listens on.
    const url = start ? `http://127.0.0.1:${new URL(baseUrl).port}` : baseUrl;
    register(app, store, webhooks, url, tokens);
    start?.install({ app, store, tables: getSlackStore(store), url });
  };
}

/** Starts emulate's Slack with a hand on its insides: `install` runs once, before the first request. */
export async function createSlackEmulator(options: {
  /** 0 takes a free one. */
  readonly port: number;
  readonly install: Installer;
}): Promise<{ close(): Promise<void> }> {
  await (wrapped ??= wrapPlugin());
  return starting.run({ install: options.install }, () =>
    createEmulator({ service: 'slack', hostname: '127.0.0.1', port: options.port, seed: { slack: {} } }),
  );
}
