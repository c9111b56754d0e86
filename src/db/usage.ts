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

/** What came of the calls to a model in the last day, by what its provider answered. */
export interface ModelCalls {
  answered: number;
  failed: number;
  lastAnsweredAt: Date | null;
}

export async function findModelCalls(db: Db, model: string): Promise<ModelCalls> {
  const [row] = await db.$queryRaw<ModelCalls[]>`
    SELECT count(*) FILTER (WHERE status < 400)::int AS answered,
      count(*) FILTER (WHERE status >= 400)::int AS failed,
      max(at) FILTER (WHERE status < 400) AS "lastAnsweredAt"
    FROM usage WHERE model = ${model} AND at > now() - interval '1 day'`;
  return row ?? { answered: 0, failed: 0, lastAnsweredAt: null };
}
