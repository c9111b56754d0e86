import type { Db } from './client';

/** A message of ours in a thread, as far as we know. */
export interface SlackMessageRecord {
  key: string;
  /** Null when it was to be posted and nobody wrote down that it was. */
  ts: string | null;
  /** A hash of what it shows. */
  shown: string;
  sentAt: Date | null;
}

export async function findMessages(db: Db, threadId: string): Promise<Map<string, SlackMessageRecord>> {
  const rows = await db.slackMessage.findMany({
    where: { threadId },
    select: { key: true, ts: true, shown: true, sentAt: true },
  });
  return new Map(rows.map((row) => [row.key, row]));
}

/** Writes down that a message is about to be posted. */
export async function intendMessage(db: Db, threadId: string, key: string): Promise<void> {
  await db.slackMessage.createMany({ data: [{ threadId, key }], skipDuplicates: true });
}

/** Writes down what a message shows now. */
export async function noteMessage(
  db: Db,
  { threadId, key }: { threadId: string; key: string },
  { ts, shown }: { ts: string; shown: string },
): Promise<void> {
  await db.slackMessage.update({
    where: { threadId_key: { threadId, key } },
    data: { ts, shown, sentAt: new Date() },
  });
}

/** Somebody deleted it. */
export async function forgetMessage(db: Db, threadId: string, key: string): Promise<void> {
  await db.slackMessage.deleteMany({ where: { threadId, key } });
}
