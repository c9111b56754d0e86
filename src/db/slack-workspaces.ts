import { TeamId } from '@/domain/ids';
import type { Db } from './client';

export interface SlackWorkspaceRecord {
  id: string;
  teamId: TeamId;
  name: string;
  botUserId: string;
  /** Sealed; null once Slack took it back. */
  botToken: string | null;
}

const WORKSPACE = { id: true, teamId: true, name: true, botUserId: true, botToken: true } as const;

export async function findWorkspace(db: Db, id: string): Promise<SlackWorkspaceRecord | null> {
  const row = await db.slackWorkspace.findUnique({ where: { id }, select: WORKSPACE });
  return row && { ...row, teamId: TeamId.parse(row.teamId) };
}

/** Keeps an installation; one that is there already gets the new token. What waited for it may go on at once. */
export async function saveWorkspace(db: Db, given: SlackWorkspaceRecord): Promise<void> {
  const { id, ...rest } = given;
  await db.slackWorkspace.upsert({
    where: { id },
    create: given,
    update: { ...rest, installedAt: new Date(), pausedUntil: null },
  });
  await db.slackThread.updateMany({ where: { workspaceId: id }, data: { dueAt: new Date(), tries: 0 } });
}

/** Puts a token in place of the same one, sealed by an older key. */
export async function resealToken(
  db: Db,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<void> {
  await db.slackWorkspace.updateMany({ where: { id, botToken: from }, data: { botToken: to } });
}

/** Forgets a token that Slack does not take any more, if it is still this one. */
export async function dropToken(db: Db, id: string, sealed: string): Promise<void> {
  await db.slackWorkspace.updateMany({ where: { id, botToken: sealed }, data: { botToken: null } });
}

/** Forgets a workspace with all that belongs to it; its sessions stay. */
export async function deleteWorkspace(db: Db, id: string): Promise<void> {
  await db.$transaction([
    db.slackRequest.deleteMany({
      where: { payload: { path: ['workspaceId'], equals: id }, processedAt: null },
    }),
    db.slackWorkspace.deleteMany({ where: { id } }),
  ]);
}

/** The most calls that are made at once, and how many come back each second: below Slack's 50 a minute. */
const BURST = 20;
const CALLS_PER_SECOND = 40 / 60;

/**
 * Takes one call out of what the whole workspace may make, leaving `reserve` to others; false when there is none or
 * Slack asked for silence.
 */
export async function takeCall(db: Db, id: string, reserve: number): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE slack_workspace SET budget_at = now(),
      budget = least(${BURST}::float, budget + extract(epoch FROM now() - budget_at) * ${CALLS_PER_SECOND}::float) - 1
    WHERE id = ${id} AND (paused_until IS NULL OR paused_until <= now())
      AND least(${BURST}::float, budget + extract(epoch FROM now() - budget_at) * ${CALLS_PER_SECOND}::float)
        >= 1 + ${reserve}::float`;
  return count > 0;
}

/** Makes no calls for so long. */
export async function pauseWorkspace(db: Db, id: string, milliseconds: number): Promise<void> {
  await db.$executeRaw`
    UPDATE slack_workspace
    SET paused_until = greatest(paused_until, now() + make_interval(secs => ${milliseconds / 1_000}::float))
    WHERE id = ${id}`;
}

/** The repository that a channel is about; null for none. */
export async function channelRepository(
  db: Db,
  channel: { workspaceId: string; channelId: string },
): Promise<string | null> {
  const row = await db.slackChannel.findUnique({ where: { workspaceId_channelId: channel } });
  return row?.repositoryId ?? null;
}

/** Says what a channel is about; null for nothing. */
export async function setChannelRepository(
  db: Db,
  channel: { workspaceId: string; channelId: string },
  repositoryId: string | null,
): Promise<void> {
  await db.$transaction(async (transaction) => {
    await transaction.slackChannel.deleteMany({ where: channel });
    if (repositoryId !== null) await transaction.slackChannel.create({ data: { ...channel, repositoryId } });
  });
}
