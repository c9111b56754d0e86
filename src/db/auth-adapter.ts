import { PrismaAdapter } from '@auth/prisma-adapter';

type LinkedAccount = Parameters<NonNullable<ReturnType<typeof PrismaAdapter>['linkAccount']>>[0];
import type { Db } from './client';

/**
 * Where next-auth keeps people, their accounts and their sign-ins. It calls a sign-in `session`, a word that means
 * something else here: it is handed our `LoginSession` under that name.
 */
export function createAuthAdapter({ user, account, loginSession, verificationToken }: Db) {
  const adapter = PrismaAdapter({ user, account, verificationToken, session: loginSession });
  return {
    ...adapter,
    // Tokens are written by the event that follows each sign-in, sealed; here they would be in clear for a moment.
    linkAccount: ({
      access_token: _access,
      refresh_token: _refresh,
      id_token: _id,
      ...linked
    }: LinkedAccount) => adapter.linkAccount?.(linked),
  };
}
