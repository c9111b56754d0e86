import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Store, StoreSnapshot } from '../github/emulate-internals';
import { createSlackEmulator, type SlackInternals } from './create-emulator';
import { Deliveries, type SlackDelivery } from './deliveries';
import { createFront, type Front, type SlackCall, type SlackFaults } from './front';
import { announce, type HumanWorld } from './human';
import { ResponseUrls } from './response-urls';
import { registerApp, seedWorkspace, type SlackRegistration } from './seed';
import type { SlackTables } from './slack-tables';

export interface SlackOptions extends SlackRegistration {
  /** Keeps the messages over a restart; null keeps nothing. */
  readonly stateFile: string | null;
  /** 0 takes a free one. */
  readonly port: number;
  readonly signingSecret: string;
  /** Between the tries to deliver an event; Slack's own if left out. */
  readonly retryDelaysMs?: readonly number[];
}

export interface EmulatedSlack {
  /** Base of its API and of the page where people type, without a slash at the end. */
  readonly url: string;
  readonly tables: SlackTables;
  readonly world: HumanWorld;
  /** What the app called, oldest first. */
  readonly calls: readonly SlackCall[];
  readonly deliveries: readonly SlackDelivery[];
  readonly faults: SlackFaults;
  /** Tells the app of an event that has no hand of its own. */
  announce(event: object): Promise<SlackDelivery>;
  close(): Promise<void>;
}

const RETRY_DELAYS_MS = [1_000, 60_000, 300_000];
const SAVE_DELAY_MS = 250;

/** The last name that a message got; names must grow, also when two come within a microsecond. */
function timestamps(): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(Date.now() * 1_000));
    return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, '0')}`;
  };
}

/** A workspace of Slack on this machine: emulate's, with what it lacks. */
export async function startSlack(options: SlackOptions): Promise<EmulatedSlack> {
  const installed = Promise.withResolvers<SlackInternals & { front: Front; world: HumanWorld }>();
  const saver = stateSaver(options.stateFile);
  const emulator = await createSlackEmulator({
    port: options.port,
    install: (internals) => {
      const { app, tables, url, store } = internals;
      const world: HumanWorld = {
        tables,
        deliveries: new Deliveries({
          url: `${options.appUrl}/api/slack/events`,
          signingSecret: options.signingSecret,
          retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
        }),
        responses: new ResponseUrls(url),
        nextTs: timestamps(),
      };
      const emulate = app.fetch.bind(app);
      const front = createFront(world, emulate, () => saver.schedule(store));
      app.fetch = front.fetch;
      installed.resolve({ ...internals, front, world });
    },
  });
  const { tables, store, url, front, world } = await installed.promise;
  if (!saver.restore(store)) seedWorkspace(tables);
  registerApp(tables, options);
  return {
    ...{ url, tables, world, calls: front.calls, faults: front.faults, deliveries: world.deliveries.log },
    announce: (event) => announce(world, event),
    close: async () => {
      world.deliveries.close();
      await emulator.close();
      await saver.flush(store);
    },
  };
}

/** Writes the state shortly after a change, and never half a file. */
function stateSaver(path: string | null) {
  let timer: NodeJS.Timeout | undefined;
  const save = async (store: Store): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (path === null) return;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(store.snapshot()), { mode: 0o600 });
    await rename(`${path}.new`, path);
  };
  return {
    schedule: (store: Store): void => {
      timer ??= setTimeout(() => {
        save(store).catch((error: unknown) =>
          console.error('The emulated Slack could not save its state:', error),
        );
      }, SAVE_DELAY_MS);
    },
    flush: save,
    restore: (store: Store): boolean => {
      if (path === null || !existsSync(path)) return false;
      // Written by this file alone.
      store.restore(JSON.parse(readFileSync(path, 'utf8')) as StoreSnapshot);
      return true;
    },
  };
}
