import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { baseImageOf, dockerfileLayers } from './dockerfile';
import { imageName, systemHash } from './image-name';
import { readPins } from './read-recipe';
import { type Recipe, recipeFrom } from './recipe';

const PINS = { node: '24.21.0', openCode: '1.18.33', playwright: '1.65.1' };
/** Longer than one command may be, and nothing that packs well. */
const BRIDGE = Buffer.from(
  Array.from({ length: 200_000 }, (_, index) => (index * 7_919 * (index % 251)) % 256),
);
const FILES = [
  { path: '/opt/dispatch/supervisor.mjs', data: Buffer.from('console.log("supervisor");\n') },
  { path: '/opt/dispatch/bridge.mjs', data: BRIDGE },
];
const RECIPE = recipeFrom(PINS, FILES);

const commandsOf = (recipe: Recipe) => dockerfileLayers(recipe).flatMap(({ commands }) => commands);
const nameWith = (change: Partial<Recipe>) => imageName({ ...RECIPE, ...change });

describe('the recipe of the base image', () => {
  it('takes its versions from package.json', () => {
    const recipe = recipeFrom(readPins(), []);
    expect(recipe.nodeVersion).toMatch(/^24\./);
    expect(recipe.npm.map(({ name }) => name)).toEqual(['npm', 'opencode-linux-x64', 'playwright']);
  });

  it.each(['^24.1.0', '24', 'latest', '24.x', ''])(
    'refuses the version “%s”, which is no exact one',
    (node) => {
      expect(() => recipeFrom({ ...PINS, node }, FILES)).toThrow('no exact version');
      expect(() => recipeFrom({ ...PINS, playwright: node }, FILES)).toThrow('no exact version');
    },
  );

  it('says of every package why it is there, and names none twice', () => {
    const entries = [...RECIPE.packages, ...RECIPE.npm];
    expect(entries.filter(({ why }) => why === '')).toEqual([]);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  });
});

describe('the commands for another builder', () => {
  it('name every version, and install nothing without one', () => {
    expect(baseImageOf(RECIPE)).toBe('node:24.21.0-bookworm-slim');
    const npm = commandsOf(RECIPE).find((command) => command.includes('npm install')) ?? '';
    const named = npm
      .split(' && ')[0]
      ?.split(' ')
      .slice(3)
      .filter((word) => !word.startsWith('--'));
    expect(named).toEqual(RECIPE.npm.map(({ name, version }) => `${name}@${version}`));
  });

  it('hold every package, variable, folder and program', () => {
    const all = commandsOf(RECIPE).join('\n');
    const words = [
      ...RECIPE.packages.map(({ name }) => ` ${name} `),
      ...Object.entries(RECIPE.env).map(([name, value]) => `ENV ${name}=${value}`),
      ...RECIPE.folders.map(({ path }) => `mkdir -p ${path} `),
      ...Object.entries(RECIPE.programs).map(([name, path]) => `ln -sfn ${path} /opt/dispatch/bin/${name}`),
    ];
    expect(words.filter((word) => !all.includes(word))).toEqual([]);
  });

  it('need no folder of ours: each is a line by itself, as long as builders read, and copies nothing', () => {
    for (const command of commandsOf(RECIPE)) {
      expect(command).toMatch(/^(RUN|ENV) \S/);
      expect(command).not.toContain('\n');
      expect(command.length).toBeLessThan(65_536);
    }
  });

  it('carry our own files whole', () => {
    const own = dockerfileLayers(RECIPE).at(-1)?.commands ?? [];
    const ends = own.flatMap((command, index) => (command.includes('gzip -d') ? [index] : []));
    expect(ends).toHaveLength(2);
    const chunks = own.slice((ends[0] ?? 0) + 1, ends[1]).map((command) => command.split(' ')[3] ?? '');
    expect(chunks.length).toBeGreaterThan(1);
    expect(gunzipSync(Buffer.from(chunks.join(''), 'base64')).equals(BRIDGE)).toBe(true);
  });
});

describe('the name of an image', () => {
  it('is the same for the same recipe, whatever is said of why', () => {
    expect(imageName(recipeFrom(PINS, FILES))).toBe(imageName(RECIPE));
    expect(imageName(RECIPE)).toMatch(/^dispatch-base:[0-9a-f]{16}$/);
    expect(nameWith({ packages: RECIPE.packages.map(({ name }) => ({ name, why: 'because' })) })).toBe(
      imageName(RECIPE),
    );
  });

  it('is another one as soon as anything is', () => {
    const [supervisor, bridge] = FILES as [(typeof FILES)[0], (typeof FILES)[0]];
    const names = [
      imageName(RECIPE),
      nameWith({ debian: 'trixie' }),
      nameWith({ dpkgOptions: [] }),
      nameWith({ nodeVersion: '24.21.1' }),
      nameWith({ packages: RECIPE.packages.slice(1) }),
      nameWith({ npm: RECIPE.npm.map((entry) => ({ ...entry, version: '9.9.9' })) }),
      nameWith({ env: { ...RECIPE.env, LANG: 'C' } }),
      nameWith({ user: { ...RECIPE.user, id: 1001 } }),
      nameWith({ folders: RECIPE.folders.slice(1) }),
      nameWith({ programs: { ...RECIPE.programs, rg: '/usr/local/bin/rg' } }),
      nameWith({ files: [supervisor, { ...bridge, data: Buffer.from('else') }] }),
      nameWith({ files: [supervisor, { ...bridge, path: '/opt/dispatch/b.mjs' }] }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps what takes minutes when only our own files change', () => {
    expect(systemHash({ ...RECIPE, files: [] })).toBe(systemHash(RECIPE));
  });
});
