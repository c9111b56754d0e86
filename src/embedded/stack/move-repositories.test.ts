import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useDatabase } from '@/testing/database';
import { withConnection } from '../postgres/connection';
import { moveRepositories } from './move-repositories';

const database = useDatabase();

test('repositories of the emulated GitHub follow it to another address; others stay', async () => {
  const urls = await withConnection(database.url, async (client) => {
    const team = randomUUID();
    await client.query(`INSERT INTO team (id, slug, name) VALUES ($1, 'acme', 'Acme')`, [team]);
    for (const url of ['http://127.0.0.1:4101/acme/web.git', 'http://127.0.0.1:41011/acme/web.git']) {
      await client.query(
        `INSERT INTO repository (id, team_id, kind, name, url, default_branch)
         VALUES (gen_random_uuid(), $1, 'git', 'acme/web', $2, 'main')`,
        [team, url],
      );
    }
    await moveRepositories(database.url, 'http://127.0.0.1:4101', 'http://127.0.0.1:5000');
    const { rows } = await client.query<{ url: string }>('SELECT url FROM repository ORDER BY url');
    return rows.map(({ url }) => url);
  });
  expect(urls).toEqual(['http://127.0.0.1:41011/acme/web.git', 'http://127.0.0.1:5000/acme/web.git']);
});
