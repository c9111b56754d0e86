import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '@/generated/prisma/client';

export type Db = PrismaClient;
/** A connection, or a transaction on one. */
export type DbOrTransaction = Db | Prisma.TransactionClient;

interface DbOptions {
  url: string;
  /** Connections at most; few where many instances share one pooler. */
  maxConnections: number;
}

/** Opens the database. Nothing connects before the first query, so a build needs none. */
export function createDb({ url, maxConnections }: DbOptions): Db {
  const adapter = new PrismaPg({
    connectionString: url,
    max: maxConnections,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 10_000,
  });
  return new PrismaClient({ adapter });
}
