import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, messageOf } from '@/domain/errors';

const Config = z.object({ server: z.url(), token: z.string().min(1) });

/** The sign-in that is kept between calls. */
export type Config = z.infer<typeof Config>;

const pathIn = (folder: string): string => join(folder, 'config.json');

/** What `login` kept; null when nobody is signed in. */
export function readConfig(folder: string): Config | null {
  const path = pathIn(folder);
  try {
    return Config.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new AppError('bad_input', `${path} can't be read: ${messageOf(error)}. Run dispatch login again.`, {
      cause: error,
    });
  }
}

/** Keeps the sign-in where only its owner reads it; replaced as a whole, so that no crash leaves half of it. */
export function writeConfig(folder: string, config: Config): string {
  const path = pathIn(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  // The mode above is only for a file that is new.
  chmodSync(draft, 0o600);
  renameSync(draft, path);
  return path;
}

export function removeConfig(folder: string): void {
  rmSync(pathIn(folder), { force: true });
}
