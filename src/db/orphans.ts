import type { Db } from './client';

/** A sandbox that was just created is written down within this. */
const GRACE_SECONDS = 300;

/**
 * Notes which of the running sandboxes of a provider belong to no session, and answers those that have been so for five
 * minutes. One that was noted and belongs to one now, or does not run any more, is forgotten.
 */
export async function noteOrphans(db: Db, provider: string, running: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH stranger AS (
      SELECT id FROM unnest(${[...running]}::text[]) AS id
      WHERE id NOT IN (
        SELECT sandbox_ref->>'id' FROM session
        WHERE sandbox_ref->>'provider' = ${provider} AND sandbox_ref->>'id' IS NOT NULL
      )
    ), forgotten AS (
      DELETE FROM sandbox_orphan WHERE provider = ${provider} AND id NOT IN (SELECT id FROM stranger)
    ), noted AS (
      INSERT INTO sandbox_orphan (provider, id) SELECT ${provider}, id FROM stranger
      ON CONFLICT DO NOTHING
    )
    SELECT id FROM sandbox_orphan
    WHERE provider = ${provider} AND id IN (SELECT id FROM stranger)
      AND seen_at < now() - make_interval(secs => ${GRACE_SECONDS})`;
  return rows.map(({ id }) => id);
}
