// Read by prisma.config.ts as well, so this file imports nothing but Node's own modules.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the stack keeps beside a cluster's folder, in a file that only its owner can read. */
export interface SavedDatabase {
  password: string;
  /** The database as it was last reachable; absent until the server's first start. */
  url?: string;
}

/** The file that belongs to the cluster `name` of a data folder. */
export function savedDatabasePath(dataFolder: string, name: string): string {
  return join(dataFolder, `${name}.json`);
}

/** Reads that file; undefined when there is none. Fails when it holds something else, naming it. */
export function readSavedDatabase(path: string): SavedDatabase | undefined {
  if (!existsSync(path)) return undefined;
  const saved: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (
    typeof saved !== 'object' ||
    saved === null ||
    !('password' in saved) ||
    typeof saved.password !== 'string'
  )
    throw new Error(`${path} does not hold the database's password`);
  const url = 'url' in saved && typeof saved.url === 'string' ? { url: saved.url } : {};
  return { password: saved.password, ...url };
}

/** Where the embedded stack's database was last reachable; undefined when it was never started. */
export function savedDatabaseUrl(dataFolder: string): string | undefined {
  return readSavedDatabase(savedDatabasePath(dataFolder, 'postgres'))?.url;
}
