// The base image built and proved on this machine: minutes at first, and so in `npm run test:long` alone. Needs root,
// Debian's packages and npm's.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBwrapWall } from '@/embedded/sandboxes/bwrap-wall';
import { readRecipe } from '../../sandbox/image/read-recipe';
import type { Recipe } from '../../sandbox/image/recipe';
import { type BuiltRoot, buildRoot } from './build-root';
import { proveRoot } from './prove-root';

const isLinux = process.platform === 'linux' && process.arch === 'x64';
const isWanted = process.env['LONG'] === '1' && isLinux && process.getuid?.() === 0;
const BUILD_MS = 40 * 60_000;
/** The next run finds it here, and builds what has changed. */
const INTO = '.data/image';
const said: string[] = [];
const say = (line: string): void => void said.push(line);

describe.runIf(isWanted)('the base image on this machine', () => {
  let recipe: Recipe;
  let built: BuiltRoot;

  beforeAll(async () => {
    recipe = await readRecipe();
    built = await buildRoot(recipe, INTO, say);
  }, BUILD_MS);

  it(
    'holds all that the recipe says',
    async () => {
      const proofs = await proofsOfAll(recipe, built);
      expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
      expect(proofs.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['node', 'python venv', 'git', 'rg', 'opencode', 'playwright', 'supervisor']),
      );
    },
    10 * 60_000,
  );

  it('is not built again, but gets our own files when they are missing', async () => {
    rmSync(join(built.root, 'opt/dispatch/bridge.mjs'));
    const again = await buildRoot(recipe, INTO, say);
    expect(again).toMatchObject({ name: built.name, root: built.root, did: [] });
    expect(again.seconds).toBeLessThan(10);
    const [own] = (await proofsOfAll(recipe, built)).filter(({ name }) => name === 'supervisor');
    expect(own).toMatchObject({ ok: true });
  }, 300_000);

  it('gives the local provider its programs and its browser', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'dispatch-image-wall-'));
    const nowhere = { node: '/nowhere', opencode: '/nowhere', rg: '/nowhere' };
    const supervisor = join(built.root, 'opt/dispatch');
    try {
      const tools = { ...nowhere, supervisor, root: built.root };
      const wall = await createBwrapWall({ dataDir, tools, bwrap: 'bwrap' });
      for (const name of ['workspace', 'home', 'state']) mkdirSync(join(dataDir, name));
      const process = await wall.start({
        ...{ disk: dataDir, scratch: dataDir, readOnlyFolder: null, groups: [], stdin: null, isMain: true },
        argv: [
          '/bin/sh',
          '-c',
          'node --version && playwright screenshot about:blank a.png && head -c 4 a.png',
        ],
        env: { ...wall.pathsOf(dataDir) },
      });
      const printed = Buffer.concat((await process.stdout.toArray()) as Buffer[]).toString('latin1');
      expect({ code: await process.ended, printed }).toEqual({
        code: 0,
        printed: expect.stringMatching(/^v24\.[^]*\x89PNG$/) as unknown,
      });
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 120_000);

  it('fails the proofs of what it does not hold', async () => {
    const other = {
      ...recipe,
      nodeVersion: '24.0.0',
      npm: recipe.npm.map((it) => ({ ...it, version: '0.0.1' })),
    };
    const failed = (await proofsOfAll(other, built)).filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).toEqual(['node', 'npm', 'opencode']);
    expect(failed[0]?.said).toBe(`what it said is v${recipe.nodeVersion}, not v24.0.0`);
  }, 300_000);
});

function proofsOfAll(recipe: Recipe, { root }: BuiltRoot) {
  return proveRoot({ recipe, root, onReport: () => undefined });
}
