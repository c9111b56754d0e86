import type { Db } from './client';

interface UsageRow {
  sessionId: string;
  epoch: number;
  turnId: string | null;
  userId: string | null;
  model: string;
  inputTokens: number;
  outputTokens: number;
  isEstimated: boolean;
  status: number;
}

export async function insertUsage(db: Db, usage: UsageRow): Promise<void> {
  await db.usage.create({ data: usage });
}
