import type { Db } from './client';
import { type Person, PERSON, toPerson } from './people';

/** A user of a workspace. */
export interface SlackUser {
  workspaceId: string;
  slackUserId: string;
}

/** Who a user of Slack is here; null for somebody who never said. */
export async function findSlackPerson(db: Db, who: SlackUser): Promise<Person | null> {
  const row = await db.slackPerson.findUnique({
    where: { workspaceId_slackUserId: who },
    select: { user: { select: PERSON } },
  });
  return row && toPerson(row.user);
}

export interface SlackLinkRecord extends SlackUser {
  slackName: string;
  workspaceName: string;
}

export async function insertLink(
  db: Db,
  given: SlackUser & { hash: string; slackName: string; lifeSeconds: number },
): Promise<void> {
  const { hash, workspaceId, slackUserId, slackName, lifeSeconds } = given;
  await db.$executeRaw`
    INSERT INTO slack_link (hash, workspace_id, slack_user_id, slack_name, expires_at)
    VALUES (${hash}, ${workspaceId}, ${slackUserId}, ${slackName}, now() + make_interval(secs => ${lifeSeconds}::float))`;
}

/** Who was shown a link; null when it is unknown, used or too old. */
export async function findLink(db: Db, hash: string): Promise<SlackLinkRecord | null> {
  const [row] = await db.$queryRaw<SlackLinkRecord[]>`
    SELECT workspace_id AS "workspaceId", slack_user_id AS "slackUserId", slack_name AS "slackName",
      slack_workspace.name AS "workspaceName"
    FROM slack_link JOIN slack_workspace ON slack_workspace.id = workspace_id
    WHERE hash = ${hash} AND used_at IS NULL AND expires_at > now()`;
  return row ?? null;
}

/** Uses a link, once, and has what waited for it worked on. Null when it is unknown, used or too old. */
export async function useLink(db: Db, hash: string, userId: string): Promise<SlackUser | null> {
  return db.$transaction(async (transaction) => {
    const [used] = await transaction.$queryRaw<SlackUser[]>`
      UPDATE slack_link SET used_at = now() WHERE hash = ${hash} AND used_at IS NULL AND expires_at > now()
      RETURNING workspace_id AS "workspaceId", slack_user_id AS "slackUserId"`;
    if (!used) return null;
    await transaction.slackPerson.upsert({
      where: { workspaceId_slackUserId: used },
      create: { ...used, userId },
      update: { userId, linkedAt: new Date() },
    });
    await transaction.slackRequest.updateMany({
      where: { heldFor: heldFor(used) },
      data: { heldFor: null, processedAt: null, tryAt: new Date(), tries: 0, leaseUntil: null },
    });
    return used;
  });
}

/** Forgets who a user of Slack is. */
export async function dropSlackPerson(db: Db, who: SlackUser): Promise<void> {
  await db.slackPerson.deleteMany({ where: who });
}

/** What requests wait for that somebody made who is not linked. */
export function heldFor({ workspaceId, slackUserId }: SlackUser): string {
  return `${workspaceId}:${slackUserId}`;
}
