import { withConnection } from '../postgres/connection';

/** The emulated GitHub came up at another address: what was opened there is found there again. */
export async function moveRepositories(databaseUrl: string, from: string, to: string): Promise<void> {
  if (from === to) return;
  await withConnection(databaseUrl, (client) =>
    client.query(
      `UPDATE repository SET url = $2 || substr(url, length($1) + 1)
       WHERE starts_with(url, $1 || '/') AND NOT EXISTS (
         SELECT FROM repository other
         WHERE other.team_id = repository.team_id AND other.url = $2 || substr(repository.url, length($1) + 1))`,
      [from, to],
    ),
  );
}
