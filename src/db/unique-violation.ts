import { Prisma } from '@/generated/prisma/client';

/** Whether a write failed because such a row exists: Prisma's P2002, or Postgres' 23505 from a raw statement. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || (error.code === 'P2010' && error.message.includes('23505'));
}

/** Whether a statement met a command for the bridge that was added while it waited for the session's row. */
export function isCrossedCommand(error: unknown): boolean {
  return isUniqueViolation(error) && error instanceof Error && error.message.includes('sandbox_command_pkey');
}
