import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/domain/errors';
import { findPostmaster } from '../postgres/postmaster';
import { startSavedPostgres, type SavedPostgres } from '../postgres/start-saved-postgres';

const LOOK_EVERY_MS = 500;

export interface KeptPostgres {
  postgres: SavedPostgres;
  stop(): Promise<void>;
}

/** Starts Postgres and starts it again, on the same port, whenever it is gone. */
export async function keepPostgres(
  dataFolder: string,
  onNotice: (notice: string) => void,
): Promise<KeptPostgres> {
  const start = () => startSavedPostgres({ dataFolder });
  const kept: KeptPostgres = { postgres: await start(), stop: () => Promise.resolve() };
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    for (;;) {
      await delay(LOOK_EVERY_MS, undefined, { signal: stopping.signal });
      if (!(await isGone(kept.postgres.dataDir))) continue;
      onNotice('Postgres ended; starting it again');
      try {
        kept.postgres = await start();
      } catch (error) {
        onNotice(`Postgres could not be started: ${messageOf(error)}`);
      }
    }
  };
  const watching = watch().catch(() => undefined); // ends by `stop` alone, which aborts the delay
  kept.stop = async () => {
    stopping.abort();
    await watching;
    // Also one that a killed stack left running: one Ctrl-C ends all of it.
    await kept.postgres.stop();
  };
  return kept;
}

/** One that runs and does not answer yet (it recovers from a crash, say) is not gone. */
async function isGone(dataDir: string): Promise<boolean> {
  return findPostmaster(dataDir, 0).then(
    (found) => found === undefined,
    () => false,
  );
}
