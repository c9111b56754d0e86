import { join } from 'node:path';
import { createDb } from '@/db/client';
import { userTokenOf } from '@/db/user-tokens';
import { UserId } from '@/domain/ids';
import { serverKeys } from '@/embedded/stack/app-environment';
import { readOrMakeSecrets } from '@/embedded/stack/secrets';
import { createSealer } from '@/services/seal';
import type { RunningStack } from './running-stack';

/** The token with which somebody signed in at the emulated GitHub, as the stack keeps it: sealed. */
export async function githubTokenOf(stack: RunningStack, login: string): Promise<string> {
  const db = createDb({ url: stack.databaseUrl, maxConnections: 1 });
  try {
    const { id } = await db.user.findFirstOrThrow({ where: { login } });
    const sealer = createSealer(serverKeys(readOrMakeSecrets(join(stack.folder, 'data'))));
    const { access_token: stored } = await db.account.findFirstOrThrow({ where: { userId: id } });
    if (!stored?.startsWith('v1.')) throw new Error(`The token of ${login} stands in clear in the database.`);
    const token = await userTokenOf({ db, sealer }, UserId.parse(id), () =>
      Promise.reject(new Error('it is over')),
    );
    return token ?? '';
  } finally {
    await db.$disconnect();
  }
}
