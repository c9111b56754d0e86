import { ORGANIZATION, PEOPLE } from '../github/seed';
import { withConnection } from '../postgres/connection';

/**
 * Makes the emulated organization a team, and invites its people to it: whoever signs in as one of them is in the
 * team. Nobody who has joined already is touched.
 */
export async function seedTeam(databaseUrl: string): Promise<void> {
  await withConnection(databaseUrl, async (client) => {
    await client.query(
      `INSERT INTO team (id, slug, name) VALUES (gen_random_uuid(), $1, 'Acme') ON CONFLICT (slug) DO NOTHING`,
      [ORGANIZATION],
    );
    for (const { login, role } of PEOPLE) {
      if (role === undefined) continue;
      await client.query(
        `INSERT INTO invitation (team_id, login, role)
         SELECT team.id, $2, $3 FROM team
         WHERE slug = $1 AND NOT EXISTS (
           SELECT FROM membership JOIN "user" ON "user".id = user_id WHERE team_id = team.id AND "user".login = $2)
         ON CONFLICT DO NOTHING`,
        [ORGANIZATION, login, role === 'admin' ? 'owner' : 'member'],
      );
    }
  });
}
