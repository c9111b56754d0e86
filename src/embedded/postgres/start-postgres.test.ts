import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { urlOfDatabase, withConnection } from '@/embedded/postgres/connection';
import { ensureDatabase } from '@/embedded/postgres/migrations';
import { savedDatabaseUrl } from '@/embedded/postgres/saved-database-url';
import { serverUser } from '@/embedded/postgres/server-user';
import {
  type RunningPostgres,
  startPostgres,
  type StartPostgresInput,
} from '@/embedded/postgres/start-postgres';
import { startSavedPostgres } from '@/embedded/postgres/start-saved-postgres';

let folder: string;
let input: StartPostgresInput;
let started: RunningPostgres[];

async function start(change: Partial<StartPostgresInput> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({ ...input, ...change });
  started.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  return withConnection(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-postgres-'));
  // Root's server runs as another user, who must get to the folder.
  chmodSync(folder, 0o755);
  input = { dataDir: join(folder, 'postgres'), password: 'correct horse', port: 0 };
  started = [];
});

afterEach(async () => {
  for (const postgres of started) await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an embedded Postgres', { timeout: 60_000 }, () => {
  test('keeps its data over a stop and over a kill -9', async () => {
    const first = await start();
    expect(first.startedByUs).toBe(true);
    await ensureDatabase(first.url('kept'));
    await query(first.url('kept'), 'CREATE TABLE note (text TEXT)');
    await query(first.url('kept'), "INSERT INTO note VALUES ('before stop')");
    await first.stop();

    const second = await start({ port: first.port });
    expect(second).toMatchObject({ startedByUs: true, port: first.port });
    await query(second.url('kept'), "INSERT INTO note VALUES ('before kill')");
    process.kill(second.pid, 'SIGKILL');

    const third = await start({ port: first.port });
    expect(third.startedByUs).toBe(true);
    expect(third.pid).not.toBe(second.pid);
    expect(await query(third.url('kept'), 'SELECT text FROM note')).toEqual([
      { text: 'before stop' },
      { text: 'before kill' },
    ]);
  });

  test('is one server for any number of concurrent starters', async () => {
    const starters = await Promise.all(Array.from({ length: 4 }, () => start()));
    expect(new Set(starters.map(({ pid, port }) => `${pid}:${port}`)).size).toBe(1);
    expect(starters.filter(({ startedByUs }) => startedByUs)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['postgres']);
  });

  test('refuses a wrong password, and none, on its only way in', async () => {
    const postgres = await start();
    await expect(start({ password: 'guess' })).rejects.toThrow(/made with another password/);
    const withoutPassword = `postgresql://postgres@127.0.0.1:${postgres.port}/postgres`;
    await expect(query(withoutPassword, 'SELECT 1')).rejects.toThrow(/password/);
    const rules = await query(
      postgres.url('postgres'),
      "SELECT DISTINCT auth_method FROM pg_hba_file_rules WHERE type IN ('local', 'host')",
    );
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
    expect(await query(postgres.url('postgres'), 'SHOW listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
  });

  test('takes another port when the wanted one is busy', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    try {
      const postgres = await start({ port });
      expect(postgres.port).not.toBe(port);
      await expect(query(postgres.url('postgres'), 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    } finally {
      occupant.close();
    }
  });

  test('starts where a process number in the pid file belongs to somebody else by now', async () => {
    const first = await start();
    const pidFile = join(first.dataDir, 'postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    await first.stop();
    // Of the server's own user, since Postgres takes any other user's process for a stranger by itself.
    const stranger = spawn('sleep', ['600'], { cwd: '/', ...serverUser() });
    try {
      await once(stranger, 'spawn');
      writeFileSync(pidFile, text.replace(/^\d+/, String(stranger.pid)));
      expect((await start()).startedByUs).toBe(true);
    } finally {
      stranger.kill();
    }
  });

  test.skipIf(process.getuid?.() !== 0)('finds a place for its data when root hides the folder', async () => {
    chmodSync(folder, 0o700);
    const postgres = await start();
    try {
      expect(postgres.dataDir).not.toContain(folder);
      await expect(query(postgres.url('postgres'), 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
      await postgres.stop();
      expect((await start()).dataDir).toBe(postgres.dataDir);
    } finally {
      await postgres.stop();
      rmSync(dirname(postgres.dataDir), { recursive: true, force: true });
    }
  });
});

/** Mounts a file system of that size; false where this machine lets us mount none. */
function mountSmallDisk(at: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', at]).status === 0;
}

describe('on a disk that is full', { timeout: 60_000 }, () => {
  test.for(['20m', '4k'])('says so and leaves nothing behind (%s)', async (size, { skip }) => {
    if (!mountSmallDisk(folder, size)) skip('this machine lets us mount no small disk');
    try {
      writeFileSync(join(folder, 'ours'), 'x'.repeat(4_096));
      await expect(start()).rejects.toThrow(/disk is full/);
      expect(readdirSync(folder)).toEqual(['ours']);
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});

describe('the saved password and address', { timeout: 60_000 }, () => {
  test('are made once, are the owner’s alone, and lead back to the database', async () => {
    expect(savedDatabaseUrl(folder)).toBeUndefined();
    const first = await startSavedPostgres({ dataFolder: folder, port: 0 });
    started.push(first);
    await ensureDatabase(first.databaseUrl);
    expect(savedDatabaseUrl(folder)).toBe(first.databaseUrl);
    expect(statSync(join(folder, 'postgres.json')).mode & 0o777).toBe(0o600);
    await first.stop();
    expect(existsSync(join(first.dataDir, 'postmaster.pid'))).toBe(false);

    const second = await startSavedPostgres({ dataFolder: folder });
    started.push(second);
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(await query(urlOfDatabase(second.databaseUrl, 'postgres'), 'SELECT 1 AS one')).toEqual([
      { one: 1 },
    ]);
  });
});
