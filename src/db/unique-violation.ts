import { Prisma } from '@/generated/prisma/client';

/** Whether a write failed because such a row exists: Prisma's P2002, or Postgres' 23505 from a raw statement. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || (error.code === 'P2010' && error.message.includes('23505'));
}
