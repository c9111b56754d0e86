import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { environmentJsonSchema, readEnvironment } from './environment';

const problems = (value: unknown): string[] => readEnvironment(JSON.stringify(value)).problems;

describe('environment.json', () => {
  test('takes everything that may be said', () => {
    const said = {
      $schema: 'https://example.com/schemas/environment.json',
      setupTimeoutSeconds: 1_200,
      caches: ['node_modules', '.venv', 'a/b..c/.d'],
      ports: [{ port: 3_000, name: 'web' }, { port: 9_229 }],
      resources: { cpus: 4, memoryMiB: 8_192, diskMiB: 20_480, processes: 512 },
    };
    expect(readEnvironment(JSON.stringify(said))).toEqual({ environment: said, problems: [] });
    expect(readEnvironment('{}')).toEqual({ environment: {}, problems: [] });
  });

  test.each<[string, unknown, RegExp]>([
    [
      'an unknown key',
      { setupTimeout: 5 },
      /^the file has an unknown key: "setupTimeout"; known are .*caches/,
    ],
    [
      'an unknown key inside',
      { resources: { cpu: 1 } },
      /^resources has an unknown key: "cpu"; known are cpus/,
    ],
    ['too long a setup', { setupTimeoutSeconds: 3_601 }, /^setupTimeoutSeconds must be a .* from 1 to 3600$/],
    ['no time at all', { setupTimeoutSeconds: 0 }, /^setupTimeoutSeconds must/],
    ['a text for a number', { setupTimeoutSeconds: '10m' }, /^setupTimeoutSeconds must/],
    [
      'a path that leads out',
      { caches: ['ok', 'a/../b'] },
      /^caches\[1\] must be a path below the repository/,
    ],
    ['an absolute path', { caches: ['/var'] }, /^caches\[0\] must be a path/],
    ['a home', { caches: ['~/.npm'] }, /^caches\[0\] must be a path/],
    ['the repository itself', { caches: ['.'] }, /^caches\[0\] must be a path/],
    ['a path for a list', { caches: 'node_modules' }, /^caches must be a list of at most 20$/],
    ['a port without its number', { ports: [{ name: 'web' }] }, /^ports\[0\]\.port must be .* to 65535$/],
    ['a list', [], /^the file must be an object with the keys/],
    ['nothing', null, /^the file must be an object/],
  ])('says what is wrong with %s', (_, value, words) => {
    expect(problems(value)).toEqual([expect.stringMatching(words)]);
  });

  test('says that a file is no JSON, and counts one with a problem as empty', () => {
    expect(readEnvironment('{ "ports": [').problems).toEqual([expect.stringMatching(/^it is not JSON: /)]);
    const half = { setupTimeoutSeconds: 60, ports: 1 };
    expect(readEnvironment(JSON.stringify(half)).environment).toEqual({});
  });

  test('its published schema is the one in force; scripts/write-schemas.ts writes it', () => {
    const published: unknown = JSON.parse(readFileSync('public/schemas/environment.json', 'utf8'));
    expect(published).toEqual(environmentJsonSchema());
  });
});
