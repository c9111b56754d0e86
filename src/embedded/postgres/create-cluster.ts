import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PostgresBinaries } from '@/embedded/postgres/binaries';
import { explainFailure } from '@/embedded/postgres/explain-failure';
import { type ProgramUser, runProgram } from '@/embedded/postgres/run-program';

/** A new cluster's folder, its superuser's password, and whether it may skip flushing to disk. */
export interface NewCluster {
  dataDir: string;
  password: string;
  isFast: boolean;
}

function makeOwnFolder(path: string, user: ProgramUser | undefined): void {
  mkdirSync(path, { mode: 0o700 });
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

async function runInitdb(
  binaries: PostgresBinaries,
  cluster: NewCluster & { passwordFile: string },
  user: ProgramUser | undefined,
): Promise<void> {
  const args = [
    `--pgdata=${cluster.dataDir}`,
    '--username=postgres',
    // Sandboxes of one machine share its loopback, so a server that trusts local connections would trust them.
    '--auth=scram-sha-256',
    `--pwfile=${cluster.passwordFile}`,
    '--encoding=UTF8',
    '--no-locale',
    '--no-instructions',
    ...(cluster.isFast ? ['--no-sync'] : []),
  ];
  const what = `Could not create the database folder ${cluster.dataDir}.`;
  const { exitCode, output } = await runProgram(binaries.initdb, args, user).catch((error: unknown) => {
    throw explainFailure(what, String(error), error);
  });
  if (exitCode !== 0) throw explainFailure(what, output);
}

/**
 * Makes an empty cluster at `dataDir` unless there is one. It is built aside and renamed, so a start that was
 * killed half way leaves no folder that looks like a cluster; of two makers the first wins.
 */
export async function createCluster(
  binaries: PostgresBinaries,
  cluster: NewCluster,
  user: ProgramUser | undefined,
): Promise<void> {
  if (existsSync(join(cluster.dataDir, 'PG_VERSION'))) return;
  const staging = `${cluster.dataDir}.${randomUUID()}`;
  const passwordFile = join(staging, 'password');
  const dataDir = join(staging, 'data');
  try {
    makeOwnFolder(staging, user);
    makeOwnFolder(dataDir, user);
    writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
    if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
    await runInitdb(binaries, { ...cluster, dataDir, passwordFile }, user);
    renameSync(dataDir, cluster.dataDir);
  } catch (error) {
    if (!existsSync(join(cluster.dataDir, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
