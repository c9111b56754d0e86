import { createSealer } from '@/services/seal';
import { sealContext } from '@/services/slack/slack-world';
import { ORGANIZATION } from '../github/seed';
import { withConnection } from '../postgres/connection';
import { BOT, WORKSPACE } from '../slack/seed';

/** Installs the app in the emulated workspace for the emulated organization's team, as an administrator would. */
export async function seedSlack(
  databaseUrl: string,
  { botToken, serverKeys }: { botToken: string; serverKeys: string },
): Promise<void> {
  const sealed = createSealer(serverKeys).seal(botToken, sealContext(WORKSPACE.id));
  await withConnection(databaseUrl, (client) =>
    client.query(
      `INSERT INTO slack_workspace (id, team_id, name, bot_user_id, bot_token)
       SELECT $1, team.id, $2, $3, $4 FROM team WHERE slug = $5
       ON CONFLICT (id) DO UPDATE SET bot_token = $4, paused_until = NULL`,
      [WORKSPACE.id, WORKSPACE.name, BOT.userId, sealed, ORGANIZATION],
    ),
  );
}
