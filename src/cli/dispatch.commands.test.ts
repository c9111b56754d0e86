import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliBench } from '@/testing/cli-bench';
import { useDatabase } from '@/testing/database';

// Each test starts several processes, which a busy machine does slowly.
vi.setConfig({ testTimeout: 90_000 });

const database = useDatabase();
let bench: CliBench;

beforeAll(async () => {
  bench = await CliBench.start(database.url);
});
afterAll(() => bench.close());
beforeEach(() => bench.signIn());

describe('prompts that wait', () => {
  it('are listed in their order, moved, and taken back with their text', async () => {
    const { sessionId } = await bench.session();
    for (const text of ['first', 'second', 'third']) await bench.run('send', sessionId, text);
    const texts = async () => {
      const { stdout } = await bench.run('queue', 'list', sessionId);
      return stdout
        .trim()
        .split('\n')
        .map((line) => line.split(': ')[1]);
    };
    expect(await texts()).toEqual(['first', 'second', 'third']);
    expect((await bench.run('queue', 'move', sessionId, '3')).code).toBe(0);
    expect(await texts()).toEqual(['third', 'first', 'second']);
    const taken = await bench.run('queue', 'withdraw', sessionId, '2', '--json');
    expect(taken.result()).toMatchObject({ ok: true, text: 'first' });
    expect((await bench.run('queue', 'withdraw', sessionId, '9')).code).toBe(6);
    const shown = await bench.run('show', sessionId);
    expect(shown.stdout).toContain('● working, 2 wait');
    expect(shown.stdout).toContain('Ada: third');
  });
});

describe('a session', () => {
  it('is exported with every event of its log', async () => {
    const { sessionId } = await bench.session();
    const path = join(bench.folder, `${sessionId}.json`);
    const done = await bench.run('export', sessionId, '--out', path, '--json');
    const document = JSON.parse(readFileSync(path, 'utf8')) as { events: { seq: number }[] };
    expect(document.events.map(({ seq }) => seq)).toEqual(document.events.map((_, at) => at + 1));
    expect(done.result()).toMatchObject({ events: document.events.length });
    // What is there already is not written over.
    expect((await bench.run('export', sessionId, '--out', path)).code).not.toBe(0);
    expect(JSON.parse((await bench.run('export', sessionId)).stdout)).toEqual(document);
  });

  it('has an address, which a pipe gets without a browser', async () => {
    const { sessionId } = await bench.session();
    expect((await bench.run('open', sessionId.slice(0, 8))).stdout).toBe(`${bench.api.url}/s/${sessionId}\n`);
  });

  it('starts with the model and the files that were named, or not at all', async () => {
    const path = join(bench.folder, 'note.txt');
    writeFileSync(path, 'look');
    const run = ['run', 'read it', '--repo', 'demo', '--detach', '--json'];
    const started = await bench.run(...run, '--attach', path);
    expect(started.stderr).toContain('session ');
    expect((await bench.run('logs', started.ids().sessionId, '--json')).stdout).toContain(
      '"name":"note.txt"',
    );
    expect([...bench.api.blobs.values()]).toContain('look');
    expect((await bench.run(...run, '--attach', `${path}.gone`)).code).toBe(2);
    expect((await bench.run(...run, '--model', 'none of them')).stderr).toContain('There is:');
  });
});

describe('a script', () => {
  it('that wants quiet gets the result alone', async () => {
    const run = await bench.run('run', 'go', '--repo', 'demo', '--detach', '--quiet');
    expect([run.code, run.stderr, run.stdout]).toEqual([0, '', expect.stringMatching(/^[0-9a-f-]{36}\n$/)]);
    expect((await bench.run('show', 'ffffffff', '--quiet')).stderr).toContain('There is no session');
  });

  it('waits with the list as it changes, a line for each change', async () => {
    const watch = bench.start(['ls', '--watch']);
    const { sessionId } = await bench.session('Watched');
    await watch.says(sessionId.slice(0, 8));
    watch.process.kill('SIGINT');
    expect(await watch.exited).toBe(0);
  });
});

describe('servers', () => {
  it('are several, with one of their own for a folder', async () => {
    const env = {
      ...{ DISPATCH_TOKEN: '', DISPATCH_SERVER: '' },
      XDG_CONFIG_HOME: join(bench.folder, `servers-${bench.token.slice(-6)}`),
    };
    const run = async (...words: string[]) => {
      const command = bench.start(words, { env });
      const exit = await command.exited;
      return { ...command.result(), exit };
    };
    await run('login', '--server', bench.api.url, '--token', bench.token, '--json');
    expect(await run('config', 'https://other.example', '--here', '--json')).toMatchObject({
      server: 'https://other.example',
      default: bench.api.url,
    });
    expect((await run('whoami', '--json')).exit).toBe(3);
    expect(await run('config', '--unset', '--json')).toMatchObject({ server: bench.api.url });
    expect((await run('whoami', '--json')).exit).toBe(0);
  });
});

describe('help', () => {
  it('of every command shows an example', async () => {
    const { stdout } = await bench.run('--help');
    const names = [...stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name!);
    const commands = names.filter((name) => !['help', 'queue'].includes(name));
    expect(commands.length).toBeGreaterThan(25);
    const helps = await Promise.all(commands.map(async (name) => (await bench.run(name, '--help')).stdout));
    for (const [at, help] of helps.entries()) expect(help).toContain(`$ dispatch ${commands[at]!}`);
  });
});
