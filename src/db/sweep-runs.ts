import type { Db } from './client';

/** Notes the start or the end of a sweep; runs of more than a day ago are forgotten. */
export async function recordSweep(db: Db, run: { id: string; isEnd: boolean }): Promise<void> {
  if (run.isEnd) {
    await db.$executeRaw`UPDATE sweep_run SET ended_at = now() WHERE id = ${run.id}`;
    return;
  }
  await db.$executeRaw`INSERT INTO sweep_run (id, started_at) VALUES (${run.id}, now())`;
  await db.$executeRaw`DELETE FROM sweep_run WHERE started_at < now() - interval '1 day'`;
}
