import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-demo-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A repository that nobody has seen: its names and values are new in each run. */
function newRepository(): { before: string; after: string; file: string } {
  const word = (): string => `n${randomBytes(4).toString('hex')}`;
  const [before, after, file] = [word(), word(), `src/${word()}.js`];
  const value = randomBytes(2).readUInt16BE();
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'test'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', scripts: { test: 'node --test' } }),
  );
  writeFileSync(join(folder, file), `export function ${before}() {\n  return ${value};\n}\n`);
  writeFileSync(
    join(folder, 'test/value.test.js'),
    `import assert from 'node:assert/strict';\nimport test from 'node:test';\nimport { ${before} } from '../${file}';\n\n` +
      `test('the value', () => assert.equal(${before}(), ${value}));\n`,
  );
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    ['-c', 'user.name=Test', '-c', 'user.email=test@test.invalid', 'commit', '-qm', 'first'],
  ]) {
    execFileSync('git', args, { cwd: folder });
  }
  return { before, after, file };
}

async function demo(
  ...args: string[]
): Promise<{ code: number | null; result: Record<string, unknown>; said: string }> {
  const child = spawn(process.execPath, [
    '--import',
    'tsx',
    resolve('src/embedded/demo/main.ts'),
    '--json',
    ...args,
  ]);
  let [stdout, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const result = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}') as Record<string, unknown>; // its own format
  return { code, result, said };
}

it('does the main job on a repository nobody has seen, and its own clone stays untouched', async () => {
  const { before, after, file } = newRepository();
  const headBefore = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' });
  const { code, result, said } = await demo('--repo', folder, '--prompt', `rename ${before} to ${after}`);
  expect(said).toContain('commit ');
  expect(result).toMatchObject({ ok: true, tests: 'passed' });
  expect(result['files']).toEqual(expect.arrayContaining([file, 'test/value.test.js']));
  expect(code).toBe(0);
  expect(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' })).toBe(headBefore);
  expect(execFileSync('git', ['status', '--porcelain'], { cwd: folder, encoding: 'utf8' })).toBe('');
});

it('says no when the agent changed nothing', async () => {
  newRepository();
  const { code, result } = await demo('--repo', folder, '--prompt', 'write a poem about nothing');
  expect(result).toMatchObject({ ok: false });
  expect(code).toBe(1);
});
