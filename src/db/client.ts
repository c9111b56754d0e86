import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '@/generated/prisma/client';
import { statementNames } from './statement-names';

export type Db = PrismaClient;
/** A connection, or a transaction on one. */
export type DbOrTransaction = Db | Prisma.TransactionClient;

interface DbOptions {
  url: string;
  /** Connections at most; few where many instances share one pooler. */
  maxConnections: number;
  /** Whether statements stay prepared on a connection; never behind a pooler that hands it to others in between. */
  isPrepared?: boolean;
}

/** Opens the database. Nothing connects before the first query, so a build needs none. */
export function createDb({ url, maxConnections, isPrepared = false }: DbOptions): Db {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: maxConnections,
      idleTimeoutMillis: 10_000,
      connectionTimeoutMillis: 10_000,
    },
    isPrepared ? { statementNameGenerator: statementNames() } : {},
  );
  return new PrismaClient({ adapter });
}
