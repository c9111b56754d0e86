import { describe, expect, it } from 'vitest';
import { createCaller } from '@/api/root';
import { useDeps } from '@/testing/deps';
import { callAs, newPerson } from '@/testing/test-session';
import { identify } from './identify';

const world = useDeps();

async function waitingTerminal(label = 'Ada’s laptop') {
  const anonymous = callAs(world.current, null);
  const login = await anonymous.auth.startDevice({ label });
  return { login, poll: () => anonymous.auth.pollDevice({ deviceCode: login.deviceCode }) };
}

async function letTimePass(minutes: number): Promise<void> {
  await world.current.db
    .$executeRaw`UPDATE device_code SET expires_at = expires_at - make_interval(mins => ${minutes})`;
}

const bearer = (token: string, client: string | null = 'cli') =>
  identify(world.current, { bearer: token, loginSession: null, client });

describe('a terminal that signs in', () => {
  it('waits until somebody approves its code in the browser, and is then that person', async () => {
    const ada = await newPerson(world.current);
    const { login, poll } = await waitingTerminal();
    expect(login.verifyUrl).toBe(`http://app.test/device?code=${login.userCode}`);
    expect(await poll()).toEqual({ status: 'pending' });
    const browser = callAs(world.current, ada);
    expect(await browser.auth.findDevice({ userCode: login.userCode })).toEqual({ label: 'Ada’s laptop' });
    await browser.auth.approveDevice({ userCode: ` ${login.userCode.toLowerCase()} ` });
    const answer = await poll();
    expect(answer.status).toBe('approved');
    const token = answer.status === 'approved' ? answer.token : '';
    expect(await bearer(token)).toEqual({ person: ada.person, via: 'cli' });
    expect(await bearer(token, null)).toMatchObject({ via: 'api' });
  });

  it('gets its token once', async () => {
    const { login, poll } = await waitingTerminal();
    await callAs(world.current, await newPerson(world.current)).auth.approveDevice(login);
    const answers = await Promise.all([poll(), poll(), poll()]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['approved', 'expired', 'expired']);
    expect(await poll()).toEqual({ status: 'expired' });
    expect(await world.current.db.apiToken.count({ where: { name: 'Ada’s laptop' } })).toBeGreaterThan(0);
  });

  it('is let in by one person only', async () => {
    const { login } = await waitingTerminal();
    const approve = async () =>
      callAs(world.current, await newPerson(world.current)).auth.approveDevice({ userCode: login.userCode });
    await approve();
    await expect(approve()).rejects.toMatchObject({ cause: { code: 'not_found' } });
  });

  it('is told when its time is over, approved or not', async () => {
    const browser = callAs(world.current, await newPerson(world.current));
    const late = await waitingTerminal();
    const approvedLate = await waitingTerminal();
    await browser.auth.approveDevice({ userCode: approvedLate.login.userCode });
    await letTimePass(11);
    expect(await late.poll()).toEqual({ status: 'expired' });
    expect(await approvedLate.poll()).toEqual({ status: 'expired' });
    await expect(browser.auth.approveDevice({ userCode: late.login.userCode })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    });
    expect(await browser.auth.findDevice({ userCode: late.login.userCode })).toBeNull();
  });

  it('with a wrong code learns nothing', async () => {
    await waitingTerminal();
    const poll = callAs(world.current, null).auth.pollDevice({ deviceCode: 'wrong' });
    expect(await poll).toEqual({ status: 'expired' });
  });

  it.each(['cli', 'api', 'slack'] as const)('can’t be let in from %s', async (via) => {
    const { login, poll } = await waitingTerminal();
    const caller = await newPerson(world.current, { via });
    const approving = callAs(world.current, caller).auth.approveDevice({ userCode: login.userCode });
    await expect(approving).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    expect(await poll()).toEqual({ status: 'pending' });
  });

  it('may have any name, and any code may be asked for', async () => {
    const { login } = await waitingTerminal('name with \u0000 in it');
    const browser = callAs(world.current, await newPerson(world.current));
    expect(await browser.auth.findDevice(login)).toEqual({ label: 'name with \uFFFD in it' });
    expect(await browser.auth.findDevice({ userCode: 'AAAA\u0000' })).toBeNull();
  });
});

describe('a token', () => {
  it('is kept as a hash only, and is worth nothing after signing out or expiring', async () => {
    const ada = await newPerson(world.current);
    const tokens: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const { login, poll } = await waitingTerminal(`terminal ${n}`);
      await callAs(world.current, ada).auth.approveDevice({ userCode: login.userCode });
      const answer = await poll();
      if (answer.status === 'approved') tokens.push(answer.token);
    }
    const [first, second] = tokens as [string, string];
    expect(JSON.stringify(await world.current.db.apiToken.findMany())).not.toContain(first.slice(10));
    await createCaller({ deps: world.current, caller: ada, bearer: first }).auth.signOut();
    expect(await bearer(first)).toBeNull();
    expect(await bearer(second)).not.toBeNull();
    await world.current.db.apiToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } });
    expect(await bearer(second)).toBeNull();
  });

  it('that is wrong never falls back to the browser’s sign-in', async () => {
    const ada = await newPerson(world.current);
    const { id: userId } = ada.person;
    const expires = new Date(Date.now() + 60_000);
    await world.current.db.loginSession.create({ data: { sessionToken: 'cookie-1', userId, expires } });
    const cookie = { loginSession: 'cookie-1', client: null };
    expect(await identify(world.current, { bearer: null, ...cookie })).toEqual(ada);
    expect(await identify(world.current, { bearer: 'dsp_wrong', ...cookie })).toBeNull();
    await world.current.db.loginSession.updateMany({ data: { expires: new Date(Date.now() - 1_000) } });
    expect(await identify(world.current, { bearer: null, ...cookie })).toBeNull();
  });
});
