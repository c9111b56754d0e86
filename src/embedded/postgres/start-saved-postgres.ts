import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '@/embedded/postgres/connection';
import {
  readSavedDatabase,
  type SavedDatabase,
  savedDatabasePath,
} from '@/embedded/postgres/saved-database-url';
import { type RunningPostgres, startPostgres } from '@/embedded/postgres/start-postgres';

/** Which cluster of which data folder to start. */
export interface SavedPostgresInput {
  /** Holds the cluster's folder `<name>` and its password and address in `<name>.json`. */
  dataFolder: string;
  /** Default `postgres`, the name under which the command line of Prisma looks. */
  name?: string;
  /** The database that the saved address names. Default `dispatch`. It is not created here. */
  database?: string;
  port?: number;
  fast?: boolean;
}

/** A cluster whose password and address are kept in the data folder. */
export interface SavedPostgres extends RunningPostgres {
  /** The connection string of the application's database, password included. */
  databaseUrl: string;
}

function writePrivately(path: string, saved: SavedDatabase): string {
  const partial = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(partial, `${JSON.stringify(saved)}\n`, { mode: 0o600, flag: 'wx' });
  return partial;
}

/** The saved password, or a new random one; of two processes that make one, the first wins. */
function readOrMakePassword(path: string): SavedDatabase {
  const saved = readSavedDatabase(path);
  if (saved !== undefined) return saved;
  const made = { password: randomBytes(24).toString('base64url') };
  const partial = writePrivately(path, made);
  try {
    linkSync(partial, path);
    return made;
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
    return readSavedDatabase(path) ?? made;
  } finally {
    rmSync(partial);
  }
}

/**
 * Starts (or joins) the cluster of a data folder with the password kept there, made at random on first use, and
 * saves the address for other commands, readable by the owner alone. Where no port is asked for it returns to the one
 * it had, if that is free.
 */
export async function startSavedPostgres(input: SavedPostgresInput): Promise<SavedPostgres> {
  const name = input.name ?? 'postgres';
  mkdirSync(input.dataFolder, { recursive: true });
  const path = savedDatabasePath(input.dataFolder, name);
  const saved = readOrMakePassword(path);
  const savedPort = saved.url === undefined ? undefined : Number(new URL(saved.url).port);
  const port = input.port ?? savedPort;
  const postgres = await startPostgres({
    dataDir: join(input.dataFolder, name),
    password: saved.password,
    ...(port === undefined ? {} : { port }),
    ...(input.fast === undefined ? {} : { fast: input.fast }),
  });
  const databaseUrl = postgres.url(input.database ?? 'dispatch');
  renameSync(writePrivately(path, { password: saved.password, url: databaseUrl }), path);
  return { ...postgres, databaseUrl };
}
