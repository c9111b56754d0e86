import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What became of the setup on this disk; it outlives bridges, and goes where the disk goes. */
const SetupRecord = z.object({
  outcome: z.enum(['running', 'failed', 'succeeded', 'absent']),
  /** Of the script as it was then; empty for none. */
  hash: z.string(),
  epoch: z.number().int(),
  /** How often it was started in this epoch. */
  attempts: z.number().int(),
});
export type SetupRecord = z.infer<typeof SetupRecord>;

/** Null when nothing is known. */
export function readRecord(folder: string): SetupRecord | null {
  try {
    return SetupRecord.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
  } catch {
    // None yet, or none that can be read: then the setup runs, which is the safe way to be wrong.
    return null;
  }
}

/** Errors: those of the system, such as a disk without room. */
export function writeRecord(folder: string, record: SetupRecord): void {
  const file = fileIn(folder);
  writeFileSync(`${file}.next`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.next`, file);
}

/** A new clone has nothing of what was set up in the old one. */
export function forgetRecord(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

function fileIn(folder: string): string {
  return join(folder, 'setup.json');
}
