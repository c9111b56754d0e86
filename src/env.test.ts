import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Environment, sandboxProvider } from '@/env';

/** Read by Prisma's and next-auth's own code, and by the one-machine stack; the app never sees them. */
const READ_BY_TOOLS = [
  ...['DIRECT_DATABASE_URL', 'NEXTAUTH_URL'],
  ...['PORT', 'DISPATCH_DATA', 'DISPATCH_SANDBOX', 'OPENCODE_BIN', 'RG_BIN'],
];

interface ExampleLine {
  name: string;
  value: string;
  /** The sentences above the line, in one. */
  words: string;
  isCommentedOut: boolean;
}

/** A line `NAME=value` or `#NAME=value`, and the lines `# words` right above it. */
function readExample(): ExampleLine[] {
  const lines: ExampleLine[] = [];
  let words: string[] = [];
  for (const line of readFileSync('.env.example', 'utf8').split('\n')) {
    const [, mark, name, value] = /^(#?)([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      lines.push({ name, value, words: words.join(' '), isCommentedOut: mark === '#' });
      words = [];
    } else words = line.startsWith('# ') ? [...words, line.slice(2)] : [];
  }
  return lines;
}

const example = readExample();
const rows = Object.entries(Environment.shape).map(([name, schema]) => ({
  name,
  schema,
  isRequired: !schema.safeParse(undefined).success,
}));

describe('.env.example', () => {
  it('has every variable that the app reads, and no other, once', () => {
    const expected = [...rows.map(({ name }) => name), ...READ_BY_TOOLS];
    expect(example.map(({ name }) => name).sort()).toEqual(expected.sort());
  });

  it.each(rows)('says of $name whether it is required, and what it is for', ({ name, isRequired }) => {
    const line = example.find((candidate) => candidate.name === name);
    expect(line?.words).toMatch(isRequired ? /^Required[.] .+[.]/ : /^Optional[.] .+[.]/);
    expect(line?.isCommentedOut).toBe(!isRequired);
  });

  it.each(rows)('shows a value of $name that the app takes, or leaves it to be filled in', (row) => {
    const value = example.find(({ name }) => name === row.name)?.value;
    if (value === '') expect(row.isRequired).toBe(true);
    else expect(row.schema.safeParse(value)).toMatchObject({ success: true });
  });
});

describe('who runs the sandboxes', () => {
  const local = { LOCAL_SANDBOX_URL: 'http://127.0.0.1:4100', LOCAL_SANDBOX_SECRET: 'a-secret-of-the-test' };
  const modal = { MODAL_TOKEN_ID: 'ak-1', MODAL_TOKEN_SECRET: 'as-1' };
  const missing = (variables: Record<string, string>) => {
    const parsed = Environment.safeParse({ ...REST, ...variables });
    return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
  };

  it('is this machine, and Modal where its token is set', () => {
    expect(sandboxProvider(local)).toBe('local');
    expect(sandboxProvider(modal)).toBe('modal');
    expect(sandboxProvider({ ...local, ...modal })).toBe('modal');
    expect(sandboxProvider({ ...local, ...modal, SANDBOX_PROVIDER: 'local' })).toBe('local');
  });

  it('gets all that it needs, or the environment is refused', () => {
    expect(missing(local)).toEqual([]);
    expect(missing(modal)).toEqual([]);
    expect(missing({})).toEqual(['LOCAL_SANDBOX_URL', 'LOCAL_SANDBOX_SECRET']);
    expect(missing({ ...local, MODAL_TOKEN_ID: 'ak-1' })).toEqual(['MODAL_TOKEN_SECRET']);
    expect(missing({ ...modal, SANDBOX_PROVIDER: 'local' })).toEqual(Object.keys(local));
  });
});

/** All that has nothing to do with sandboxes. */
const REST = {
  ...{
    DATABASE_URL: 'postgres://localhost/x',
    APP_URL: 'http://127.0.0.1:3000',
    BLOB_URL: 'http://127.0.0.1:4200',
  },
  ...{
    AUTH_SECRET: 'a-secret-of-the-test',
    CRON_SECRET: 'a-secret-of-the-test',
    BLOB_SECRET: 'a-secret-of-the-test',
  },
  ...{ SERVER_KEYS: 'k1:a-secret-of-the-test', GITHUB_CLIENT_ID: 'x', GITHUB_CLIENT_SECRET: 'x' },
  ...{ PUSHER_APP_ID: 'x', PUSHER_KEY: 'x', PUSHER_SECRET: 'x' },
};
