import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { UserTokens } from '@/domain/code-host';
import { useDeps } from '@/testing/deps';
import { newPerson } from '@/testing/test-session';
import { saveUserTokens, userTokenOf } from './user-tokens';

const world = useDeps();
const SECOND_MS = 1_000;

async function personWith(expiresInSeconds: number | null) {
  const { db } = world.current;
  const { person } = await newPerson(world.current);
  await db.account.create({
    data: {
      ...{ userId: person.id, type: 'oauth', provider: 'github', providerAccountId: person.id },
      ...{ access_token: 'ghu_old', refresh_token: 'ghr_old' },
      expires_at: expiresInSeconds === null ? null : Math.floor(Date.now() / 1_000) + expiresInSeconds,
    },
  });
  return person.id;
}

function fresh(n: number): UserTokens {
  const expiresAt = new Date(Date.now() + 28_800 * SECOND_MS);
  return { accessToken: `ghu_${n}`, refreshToken: `ghr_${n}`, expiresAt, refreshExpiresAt: null };
}

describe('somebody’s token at GitHub', () => {
  it('is refreshed once, however many want it at a time', async () => {
    const userId = await personWith(-10);
    const used: string[] = [];
    const refresh = async (refreshToken: string) => {
      used.push(refreshToken);
      await delay(50);
      return fresh(used.length);
    };
    const all = await Promise.all([1, 2, 3, 4].map(() => userTokenOf(world.current.db, userId, refresh)));
    expect(all).toEqual(['ghu_1', 'ghu_1', 'ghu_1', 'ghu_1']);
    expect(used).toEqual(['ghr_old']);
  });

  it('is used as it is while it is good, or has no end', async () => {
    const refuse = () => Promise.reject(new Error('nobody asked for this'));
    const { db } = world.current;
    expect(await userTokenOf(db, await personWith(3_600), refuse)).toBe('ghu_old');
    expect(await userTokenOf(db, await personWith(null), refuse)).toBe('ghu_old');
    const { person } = await newPerson(world.current);
    expect(await userTokenOf(db, person.id, refuse)).toBeNull();
  });

  it('stays what it was when a refresh fails, and is tried again', async () => {
    const { db } = world.current;
    const userId = await personWith(-10);
    await expect(userTokenOf(db, userId, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await userTokenOf(db, userId, () => Promise.resolve(fresh(2)))).toBe('ghu_2');
  });

  it('is the newest that a sign-in brought', async () => {
    const userId = await personWith(-10);
    await saveUserTokens(world.current.db, userId, fresh(9));
    const refuse = () => Promise.reject(new Error('nobody asked for this'));
    expect(await userTokenOf(world.current.db, userId, refuse)).toBe('ghu_9');
  });
});
