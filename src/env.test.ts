import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Environment } from '@/env';

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
