import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCaller } from '@/api/root';
import { approveDevice } from '@/db/device-codes';
import { CommandId, SessionId } from '@/domain/ids';
import { identify } from '@/services/auth/identify';
import { CliBench } from '@/testing/cli-bench';
import { useDatabase } from '@/testing/database';

// Each test starts several processes, which a busy machine does slowly.
vi.setConfig({ testTimeout: 60_000 });

const database = useDatabase();
let bench: CliBench;

beforeAll(async () => {
  bench = await CliBench.start(database.url);
});
afterAll(() => bench.close());
beforeEach(() => bench.signIn());

describe('what goes wrong', () => {
  it.each([
    ['an unknown command', ['frobnicate', '--json'], 2, 'usage'],
    ['no such session', ['status', 'ffffffff', '--json'], 5, 'not_found'],
    ['an id that is none', ['status', 'zz', '--json'], 2, 'bad_input'],
    ['a session of nobody', ['stop', '00000000-0000-4000-8000-000000000000', '--json'], 5, 'not_found'],
    ['an empty prompt', ['run', ' ', '--repo', 'demo', '--json'], 2, 'bad_input'],
    ['a since that is no number', ['logs', 'ffffffff', '--since', '-1', '--json'], 2, 'usage'],
  ])('%s', async (_name, words, ...[code, errorCode]) => {
    const command = await bench.run(...words);
    expect(command.code).toBe(code);
    expect(command.result()).toMatchObject({ ok: false, code: errorCode });
    expect(command.stderr).not.toBe('');
  });

  it('a token that is worth nothing, a server that is away: one line and what to do', async () => {
    await bench.api.revoke(bench.token);
    const signedOut = await bench.run('ls');
    expect([signedOut.code, signedOut.stderr]).toEqual([3, expect.stringContaining('Run: dispatch login')]);
    const away = bench.start(['whoami'], { env: { DISPATCH_SERVER: 'http://127.0.0.1:1' } });
    expect(await away.exited).toBe(7);
    expect(away.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('a prefix of more than one session names them', async () => {
    const credentials = { bearer: bench.token, loginSession: null, client: 'cli' };
    const caller = await identify(bench.api.deps, credentials);
    const api = createCaller({ deps: bench.api.deps, bearer: bench.token, caller });
    const [demo] = await api.repositories.list();
    for (const last of [1, 2]) {
      const sessionId = SessionId.parse(`abcabcab-0000-4000-8000-00000000000${last}`);
      const commandId = CommandId.parse(randomUUID());
      await api.sessions.create({ sessionId, commandId, repository: { address: demo!.url } });
    }
    const command = await bench.run('status', 'abc');
    expect([command.code, command.stderr]).toEqual([2, expect.stringContaining('names 2 sessions')]);
  });
});

describe('sign-in', () => {
  it('keeps a token where only its owner reads it, for its server only, until logout', async () => {
    const env = {
      DISPATCH_TOKEN: '',
      DISPATCH_SERVER: '',
      XDG_CONFIG_HOME: join(bench.folder, `config-${bench.token.slice(-6)}`),
    };
    const login = bench.start(['login', '--server', bench.api.url, '--token', bench.token], { env });
    expect(await login.exited).toBe(0);
    const path = join(env.XDG_CONFIG_HOME, 'dispatch', 'config.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await bench.start(['whoami'], { env }).exited).toBe(0);
    const elsewhere = bench.start(['whoami'], {
      env: { ...env, DISPATCH_SERVER: bench.api.url.replace('127.0.0.1', 'localhost') },
    });
    expect(await elsewhere.exited).toBe(3);
    expect(await bench.start(['logout'], { env }).exited).toBe(0);
    expect((await bench.run('whoami')).code).toBe(3);
  });

  it('by a code, which a signed-in person approves in a browser', async () => {
    const env = {
      DISPATCH_TOKEN: '',
      XDG_CONFIG_HOME: join(bench.folder, `config-${bench.token.slice(-6)}`),
    };
    const login = bench.start(['login', '--json'], { env });
    await login.says('check that it shows the code');
    const code = /the code ([A-Z0-9-]{9})/.exec(login.stderr)![1]!;
    const { userId } = await bench.api.person('Ben');
    expect(await approveDevice(bench.api.db, code, userId)).toBe(true);
    expect(await login.exited).toBe(0);
    expect(login.result()).toMatchObject({ ok: true, user: { name: 'Ben' } });
  });
});
