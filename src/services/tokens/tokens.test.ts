import { describe, expect, it } from 'vitest';
import { TOKEN_LIVES_DAYS } from '@/domain/access/tokens';
import { TokenId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import { callAs, newPerson } from '@/testing/test-session';
import { identify } from '../auth/identify';

const world = useDeps();

const bearer = (token: string) =>
  identify(world.current, { bearer: token, loginSession: null, client: null });

async function adaWithToken(days: (typeof TOKEN_LIVES_DAYS)[number] = 30) {
  const ada = await newPerson(world.current);
  const call = callAs(world.current, ada);
  const { token, listed } = await call.tokens.create({ name: 'nightly report', days });
  return { ada, call, token, listed };
}

describe('a personal token', () => {
  it('acts as the person who made it, and is listed without what it is', async () => {
    const { ada, call, token, listed } = await adaWithToken();
    expect(await bearer(token)).toEqual({ person: ada.person, via: 'api' });
    const [only, ...more] = await call.tokens.list();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ id: listed.id, kind: 'personal', name: 'nightly report' });
    expect(only?.lastUsedAt).toBeInstanceOf(Date);
    expect(token.startsWith(only!.prefix)).toBe(true);
    expect(JSON.stringify(await call.tokens.list())).not.toContain(token.slice(only!.prefix.length));
  });

  it('is worth nothing once it is revoked, and can’t be revoked again', async () => {
    const { call, token, listed } = await adaWithToken();
    await call.tokens.revoke({ tokenId: listed.id });
    expect(await bearer(token)).toBeNull();
    expect(await call.tokens.list()).toEqual([]);
    await expect(call.tokens.revoke({ tokenId: listed.id })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    });
  });

  it.each(TOKEN_LIVES_DAYS)('ends after the %d days that were chosen', async (days) => {
    const { call, token, listed } = await adaWithToken(days);
    const lifeDays = (listed.expiresAt!.getTime() - listed.createdAt.getTime()) / 86_400_000;
    expect(Math.abs(lifeDays - days)).toBeLessThan(0.01);
    await world.current.db.apiToken.update({
      where: { id: listed.id },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    expect(await bearer(token)).toBeNull();
    expect(await call.tokens.list()).toEqual([]);
  });

  it('can’t be made without an end, nor without a name', async () => {
    const call = callAs(world.current, await newPerson(world.current));
    for (const wrong of [
      { name: 'for ever', days: 100_000 },
      { name: ' \u0000 '.replace('\u0000', ''), days: 30 },
    ]) {
      // What the type forbids, a caller of the API may send all the same.
      await expect(call.tokens.create(wrong as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });

  it('can’t be revoked by anybody else, who is not told whether it exists', async () => {
    const { token, listed } = await adaWithToken();
    const ben = callAs(world.current, await newPerson(world.current, { name: 'Ben' }));
    const asked = (tokenId: string) =>
      ben.tokens.revoke({ tokenId: TokenId.parse(tokenId) }).then(
        () => 'revoked',
        (error: unknown) => (error as Error).message,
      );
    expect(await asked(listed.id)).toBe(await asked(crypto.randomUUID()));
    expect(await bearer(token)).not.toBeNull();
  });

  it.each(['api', 'cli', 'slack'] as const)('can’t be made by what came in through %s', async (via) => {
    const call = callAs(world.current, await newPerson(world.current, { via }));
    await expect(call.tokens.create({ name: 'another', days: 7 })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    });
  });

  it('is one of fifty at most', async () => {
    const { ada, call } = await adaWithToken();
    const data = Array.from({ length: 49 }, (_, n) => ({
      ...{ userId: ada.person.id, kind: 'personal', name: `t${n}` },
      ...{ hash: crypto.randomUUID(), prefix: 'dsp_x' },
    }));
    await world.current.db.apiToken.createMany({ data });
    await expect(call.tokens.create({ name: 'one too many', days: 7 })).rejects.toMatchObject({
      cause: { code: 'conflict' },
    });
  });
});

describe('a terminal that was let in', () => {
  it('is listed as one, and can be put out again', async () => {
    const ada = await newPerson(world.current);
    const anonymous = callAs(world.current, null);
    const call = callAs(world.current, ada);
    const { deviceCode, userCode } = await anonymous.auth.startDevice({ label: 'ada@laptop' });
    await call.auth.approveDevice({ userCode });
    const answer = await anonymous.auth.pollDevice({ deviceCode });
    const token = answer.status === 'approved' ? answer.token : '';
    const [terminal] = await call.tokens.list();
    expect(terminal).toMatchObject({ kind: 'terminal', name: 'ada@laptop' });
    expect(await bearer(token)).not.toBeNull();
    await call.tokens.revoke({ tokenId: terminal!.id });
    expect(await bearer(token)).toBeNull();
  });
});
