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
    const all = await Promise.all([1, 2, 3, 4].map(() => userTokenOf(world.current, userId, refresh)));
    expect(all).toEqual(['ghu_1', 'ghu_1', 'ghu_1', 'ghu_1']);
    expect(used).toEqual(['ghr_old']);
  });

  it('is used as it is while it is good, or has no end', async () => {
    const refuse = () => Promise.reject(new Error('nobody asked for this'));
    expect(await userTokenOf(world.current, await personWith(3_600), refuse)).toBe('ghu_old');
    expect(await userTokenOf(world.current, await personWith(null), refuse)).toBe('ghu_old');
    const { person } = await newPerson(world.current);
    expect(await userTokenOf(world.current, person.id, refuse)).toBeNull();
  });

  it('stays what it was when a refresh fails, and is tried again', async () => {
    const userId = await personWith(-10);
    await expect(userTokenOf(world.current, userId, () => Promise.reject(new Error('away')))).rejects.toThrow(
      'away',
    );
    expect(await userTokenOf(world.current, userId, () => Promise.resolve(fresh(2)))).toBe('ghu_2');
  });

  it('is the newest that a sign-in brought', async () => {
    const userId = await personWith(-10);
    await saveUserTokens(world.current, userId, fresh(9));
    const refuse = () => Promise.reject(new Error('nobody asked for this'));
    expect(await userTokenOf(world.current, userId, refuse)).toBe('ghu_9');
  });

  it('is not to be read in the database, neither a new one nor one from before', async () => {
    const { db } = world.current;
    const refuse = () => Promise.reject(new Error('nobody asked for this'));
    const stored = async (userId: string) => {
      const row = await db.account.findFirstOrThrow({ where: { userId } });
      return [row.access_token, row.refresh_token];
    };
    const saved = await personWith(-10);
    await saveUserTokens(world.current, saved, fresh(9));
    for (const text of await stored(saved)) expect(text).toMatch(/^v1\.k1\./);
    const old = await personWith(3_600);
    expect(await stored(old)).toEqual(['ghu_old', 'ghr_old']);
    expect(await userTokenOf(world.current, old, refuse)).toBe('ghu_old');
    for (const text of await stored(old)) expect(text).toMatch(/^v1\.k1\./);
    expect(await userTokenOf(world.current, old, refuse)).toBe('ghu_old');
  });

  it('is opened in the row of its own account alone', async () => {
    const { db } = world.current;
    const [one, other] = [await personWith(3_600), await personWith(3_600)];
    for (const [n, id] of [one, other].entries()) await saveUserTokens(world.current, id, fresh(n));
    const { access_token } = await db.account.findFirstOrThrow({ where: { userId: one } });
    await db.account.updateMany({ where: { userId: other }, data: { access_token } });
    await expect(userTokenOf(world.current, other, () => Promise.reject(new Error('no')))).rejects.toThrow();
  });
});
