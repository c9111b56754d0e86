import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRunningStack, type RunningStack } from './support/running-stack';
import { TerminalRun } from './support/terminal';

let stack: RunningStack;
let token: string;

beforeAll(async () => {
  stack = await startRunningStack();
  ({ token } = await stack.as('ada'));
}, 240_000);
afterAll(() => stack.stop(), 60_000);

const run = (...args: string[]): ReturnType<typeof runAs> => runAs(token, ...args);

async function runAs(
  whose: string,
  ...args: string[]
): Promise<{ code: number; message: string; shown: string }> {
  const terminal = new TerminalRun(args, { server: stack.url, token: whose, cwd: stack.folder });
  const code = await terminal.exited;
  const { error } = terminal.result();
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return { code, message, shown: terminal.shown };
}

const ask = (repo: string, ...rest: string[]): ReturnType<typeof run> =>
  run('run', 'do something', '--repo', repo, '--json', '--detach', ...rest);

function repository(name: string, commands: string[][]): string {
  const folder = join(stack.folder, name);
  mkdirSync(folder);
  for (const args of commands) execFileSync('git', args, { cwd: folder });
  return folder;
}

describe('a repository that can not be worked on is refused before anything is made', () => {
  it('one that does not exist', async () => {
    const { code, shown } = await ask(`${stack.githubUrl}/acme/nowhere.git`);
    expect(code).not.toBe(0);
    // A host does not tell a stranger whether it is private or absent.
    expect(shown).toMatch(/private or not there|no repository/);
  });

  it('a private one without access', async () => {
    const { token: stranger } = await stack.as('carol');
    const repo = `${stack.githubUrl}/acme/web.git`;
    const { code, shown } = await runAs(
      stranger,
      'run',
      'do something',
      '--repo',
      repo,
      '--json',
      '--detach',
    );
    expect(code).toBe(5);
    // The same as for one that is not there.
    expect(shown).toContain('There is no repository acme/web at GitHub that you can see');
  });

  it('an empty one', async () => {
    const { code, shown } = await ask(repository('empty', [['init', '-q']]));
    expect(code).toBe(2);
    expect(shown).toMatch(/no commits|empty/i);
  });

  it('a branch that it lacks', async () => {
    const { code, shown } = await ask(`${stack.githubUrl}/acme/playground.git`, '--branch', 'no-such-branch');
    expect(code).toBe(5);
    expect(shown).toContain('no-such-branch');
    expect(shown).toContain('main');
  });

  it('a folder that is no repository', async () => {
    mkdirSync(join(stack.folder, 'plain'));
    const { code, shown } = await ask(join(stack.folder, 'plain'));
    expect(code).not.toBe(0);
    expect(shown).toMatch(/not a git repository|no git repository/i);
  });
});

describe('bad calls get a clear answer', () => {
  it('an unknown session', async () => {
    const { code, shown } = await run('attach', randomUUID(), '--json');
    expect(code).toBe(5);
    expect(shown).toMatch(/no session/i);
  });

  it('a token of nobody', async () => {
    const terminal = new TerminalRun(['ls', '--json'], { server: stack.url, token: 'dsp_wrong' });
    expect(await terminal.exited).toBe(3);
  });

  it('a sync that is malformed, unsigned, too large or of another life', async () => {
    const sync = async (body: BodyInit, bearer?: string): Promise<{ status: number; text: string }> => {
      const response = await fetch(`${stack.url}/api/sandbox/sync`, {
        method: 'POST',
        body,
        headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      });
      return { status: response.status, text: await response.text() };
    };
    expect(await sync('{}')).toMatchObject({ status: 401 });
    expect(await sync('{}', `dsb_local_${randomUUID()}_1_${'0'.repeat(64)}`)).toMatchObject({ status: 401 });
    const tooLarge = await sync('x'.repeat(5 * 1024 * 1024));
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.text).toContain('4.5 MB');
  });
});

describe('a second start beside a running stack', () => {
  it('says where the first one runs', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', resolve('src/embedded/stack/main.ts'), '--json'],
      {
        env: { ...process.env, DISPATCH_DATA: join(stack.folder, 'data') },
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    const code = await new Promise((done) => child.once('close', done));
    expect(code).toBe(1);
    expect(said).toContain(`it runs already at ${stack.url}`);
  });
});
