import { PrismaAdapter } from '@auth/prisma-adapter';
import type { Db } from './client';

/**
 * Where next-auth keeps people, their accounts and their sign-ins. It calls a sign-in `session`, a word that means
 * something else here: it is handed our `LoginSession` under that name.
 */
export function createAuthAdapter({ user, account, loginSession, verificationToken }: Db) {
  return PrismaAdapter({ user, account, verificationToken, session: loginSession });
}
