import { withConnection } from '@/embedded/postgres/connection';
import type { Stage } from './open-stage';

/** Nobody can read a session while `work` runs: pages that need one are loading. For a stack of one's own only. */
export async function whileReadingIsHeld(stage: Stage, work: () => Promise<void>): Promise<void> {
  if (!stage.isOwn) throw new Error('Loading can be held on a stack of one’s own only: leave --data out.');
  await withConnection(stage.databaseUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE session IN ACCESS EXCLUSIVE MODE');
    try {
      await work();
    } finally {
      await client.query('ROLLBACK');
    }
  });
}
