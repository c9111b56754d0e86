import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { RealtimeBench } from '@/testing/realtime-target';

const bench = new RealtimeBench();
afterEach(() => bench.close());

const ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url));
const ENVIRONMENT = { PUSHER_APP_ID: 'app-1', PUSHER_KEY: 'key-1', PUSHER_SECRET: 'short', PUSHER_PORT: '0' };

interface Run {
  stdout: string;
  stderr: string;
  /** Resolves to the first line on standard output. */
  ready: Promise<string>;
  exit: Promise<number | null>;
  end: (signal: NodeJS.Signals) => void;
}

function start(environment: Record<string, string>, ...args: string[]): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY, ...args], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...environment },
  });
  const run: Run = {
    stdout: '',
    stderr: '',
    ready: new Promise((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        run.stdout += chunk.toString();
        if (run.stdout.includes('\n')) resolve(run.stdout.split('\n')[0] ?? '');
      });
    }),
    exit: new Promise((resolve) => child.on('close', (code) => resolve(code))),
    end: (signal) => child.kill(signal),
  };
  child.stderr.on('data', (chunk: Buffer) => {
    run.stderr += chunk.toString();
  });
  return run;
}

describe('npm run realtime', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says where it listens, and drains and exits 0 on %s',
    async (signal) => {
      const run = start(ENVIRONMENT, '--json');
      const { ok, port, url } = JSON.parse(await run.ready) as { ok: boolean; port: number; url: string };
      expect({ ok, url }).toEqual({ ok: true, url: `http://127.0.0.1:${port}` });
      const target = { host: '127.0.0.1', port, appId: 'app-1', key: 'key-1', secret: 'short' };
      const connection = await bench.connection(target);
      await connection.joined('news');
      await bench.pusher(target).trigger('news', 'headline', {});
      await connection.next('headline');
      run.end(signal);
      expect((await connection.closed).code).toBe(4200);
      expect(await run.exit).toBe(0);
      expect(run.stderr).toBe(`realtime: listening on ${url} for app app-1\n`);
      expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  it.each([
    [{ PUSHER_APP_ID: '' }, 'set PUSHER_APP_ID'],
    [{ PUSHER_APP_ID: 'a/b' }, 'set PUSHER_APP_ID'],
    [{ PUSHER_KEY: '' }, 'set PUSHER_KEY'],
    [{ PUSHER_SECRET: '' }, 'set PUSHER_SECRET'],
    [{ PUSHER_PORT: '' }, 'set PUSHER_PORT'],
    [{ PUSHER_PORT: '65536' }, 'set PUSHER_PORT'],
    [{ PUSHER_PORT: '80x' }, 'set PUSHER_PORT'],
    [{ PUSHER_WEBHOOK_URL: 'ftp://x' }, 'set PUSHER_WEBHOOK_URL'],
    [{ NODE_ENV: 'production' }, 'set PUSHER_SECRET to at least 16 characters'],
  ])('with %j says in one line what to set, and exits 1', async (change, message) => {
    const run = start({ ...ENVIRONMENT, ...change }, '--json');
    expect(await run.exit).toBe(1);
    expect(run.stderr).toContain(message);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(run.stdout)).toEqual({ ok: false, error: expect.stringContaining(message) as string });
  });

  it('says that the port is taken, and exits 1', async () => {
    const { port } = await bench.target({});
    const run = start({ ...ENVIRONMENT, PUSHER_PORT: String(port) });
    expect(await run.exit).toBe(1);
    expect(run.stderr).toMatch(/^realtime: port \d+ is already taken; set PUSHER_PORT .*\n$/);
    expect(run.stdout).toBe('');
  });
});
