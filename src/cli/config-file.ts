import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError, messageOf } from '@/domain/errors';

const Config = z.object({
  /** The server that commands go to when nothing else names one. */
  server: z.url().nullable(),
  /** Sign-ins, by the server's address. */
  servers: z.record(z.url(), z.object({ token: z.string().min(1) })),
  /** Folders whose commands go to a server of their own, by absolute path; what lies below them too. */
  folders: z.record(z.string(), z.url()),
});

/** What is kept between calls. */
export type Config = z.infer<typeof Config>;

/** How it was kept while there was one server only. */
const OneServer = z
  .object({ server: z.url(), token: z.string().min(1) })
  .transform(({ server, token }): Config => ({ server, servers: { [server]: { token } }, folders: {} }));

const EMPTY: Config = { server: null, servers: {}, folders: {} };

const pathIn = (folder: string): string => join(folder, 'config.json');

/** What was kept; empty when nothing was. Errors: `bad_input` for a file that is not ours. */
export function readConfig(folder: string): Config {
  const path = pathIn(folder);
  try {
    return z.union([Config, OneServer]).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return EMPTY;
    throw new AppError(
      'bad_input',
      `${path} can't be read: ${messageOf(error)}. Mend it or delete it, then run dispatch login.`,
      { cause: error },
    );
  }
}

/** Keeps it where only its owner reads it; replaced as a whole, so that no crash leaves half of it. Answers where. */
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

/** The server for a folder: that of the nearest folder above it which has one, else the one for all. */
export function serverFor({ server, folders }: Config, cwd: string): string | null {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const own = folders[folder];
    if (own !== undefined) return own;
    if (folder === dirname(folder)) return server;
  }
}
