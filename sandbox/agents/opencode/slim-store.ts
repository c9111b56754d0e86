import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Empties the log of events that OpenCode keeps beside its sessions, which grows with every token and is needed by
 * nothing of ours: a store of 14 MB became one of half a megabyte, and its sessions went on. To be called while no
 * OpenCode runs. Errors: those of SQLite, such as a disk without room; the store is as it was then.
 */
export async function slimStore(home: string): Promise<void> {
  const file = join(home, '.local', 'share', 'opencode', 'opencode.db');
  if (!existsSync(file)) return;
  // Of the sandbox's own Node.js: older ones, which only read this file, have no such module.
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  try {
    const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'event'");
    if (table.get()) database.exec('DELETE FROM event');
    database.exec('VACUUM');
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
