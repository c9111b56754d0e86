import { inject, expect, describe, test } from 'vitest';
import { randomBytes } from 'node:crypto';
import { databaseOfUrl, urlOfDatabase, withConnection } from '@/embedded/postgres/connection';
import { ensureDatabase, readMigrations } from '@/embedded/postgres/migrations';
import { useDatabase } from '@/testing/database';
import { cloneName, dropLeftovers, takeLease, templateName } from '@/testing/test-server';

describe('a test file’s database', () => {
  const one = useDatabase();
  const other = useDatabase();

  test('has every migration and is nobody else’s', async () => {
    const expected = (await readMigrations('prisma/migrations')).map(({ name }) => name);
    const { rows } = await withConnection(one.url, (client) =>
      client.query<{ migration_name: string }>('SELECT migration_name FROM _prisma_migrations ORDER BY 1'),
    );
    expect(rows.map(({ migration_name }) => migration_name)).toEqual(expected);
    await withConnection(one.url, (client) => client.query('CREATE TABLE mine (id INT)'));
    const seen = await withConnection(other.url, (client) =>
      client.query("SELECT to_regclass('mine') AS mine"),
    );
    expect(seen.rows).toEqual([{ mine: null }]);
  });

  test('survives another run’s clean-up, which takes what killed runs left', async () => {
    const { serverUrl } = inject('testRun');
    const killed = cloneName(randomBytes(5).toString('hex'), 'left');
    await ensureDatabase(urlOfDatabase(serverUrl, killed));
    const lease = await takeLease(serverUrl, {
      runId: randomBytes(5).toString('hex'),
      template: await templateName('prisma/migrations'),
    });
    try {
      const dropped = await dropLeftovers(lease);
      expect(dropped).toContain(killed);
      expect(dropped).not.toContain(databaseOfUrl(one.url));
      expect(dropped).not.toContain(inject('testRun').template);
    } finally {
      await lease.client.end();
    }
  });
});
