import { PrismaAdapter } from '@auth/prisma-adapter';
import type { Db } from './client';

/**
 * Where next-auth keeps people, their accounts and their sign-ins. It calls a sign-in `session`, a word that means
 * something else here: it is handed our `LoginSession` under that name.
 */
export function createAuthAdapter({ user, account, loginSession, verificationToken }: Db) {
  const models = { user, account, verificationToken, session: loginSession };
  // The adapter uses these four models of a client and nothing else of it.
  return PrismaAdapter(models as unknown as Parameters<typeof PrismaAdapter>[0]);
}
