import { Prisma } from '@/generated/prisma/client';

/** A command that no bridge has taken yet, as it is stored. */
export interface OpenCommand {
  n: number;
  command: unknown;
}

/** All of them, oldest first, as one value of a statement over `session`. */
export const OPEN_COMMANDS = Prisma.sql`COALESCE((
    SELECT jsonb_agg(jsonb_build_object('n', n, 'command', command) ORDER BY n)
    FROM sandbox_command WHERE session_id = session.id AND done_at IS NULL
  ), '[]'::jsonb)`;
