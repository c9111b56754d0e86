import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Instruction } from './instruction';
import { MAX_INSTRUCTIONS, parseInstructions } from './parse-instructions';

const unquoted = (text: string) => ({ text, isQuoted: false });

describe('one instruction', () => {
  it.each<[string, Instruction]>([
    ['rename sum to total', { kind: 'rename', from: 'sum', to: 'total', file: undefined }],
    ['Rename the function `sum` to `total`.', { kind: 'rename', from: 'sum', to: 'total', file: undefined }],
    ['please rename a to b in src/x.js', { kind: 'rename', from: 'a', to: 'b', file: 'src/x.js' }],
    ['rename a to b in the file src/x.js, thanks!', { kind: 'rename', from: 'a', to: 'b', file: 'src/x.js' }],
    ['rename a to b everywhere', { kind: 'rename', from: 'a', to: 'b', file: undefined }],
    ['rename a to b in all files', { kind: 'rename', from: 'a', to: 'b', file: undefined }],
    ['rename a to b across the whole repository', { kind: 'rename', from: 'a', to: 'b', file: undefined }],
    [
      'replace "a b" with "c; then d" in x.md',
      { kind: 'replace', from: 'a b', to: 'c; then d', file: 'x.md' },
    ],
    [
      String.raw`replace "\"a\"\n" with 'b' in x.md`,
      { kind: 'replace', from: '"a"\n', to: 'b', file: 'x.md' },
    ],
    ['change "Hello" to "Bye" in greet.js', { kind: 'replace', from: 'Hello', to: 'Bye', file: 'greet.js' }],
    [
      'create a/b.txt with: one; two, then three',
      { kind: 'create', file: 'a/b.txt', content: 'one; two, then three' },
    ],
    ['create b.txt with "one"', { kind: 'create', file: 'b.txt', content: 'one' }],
    ['add a file b.txt containing hello world', { kind: 'create', file: 'b.txt', content: 'hello world' }],
    [
      'create b.txt with:\nline 1\n\nline 2\n',
      { kind: 'create', file: 'b.txt', content: 'line 1\n\nline 2' },
    ],
    ['create b.js with: "use strict" + 1', { kind: 'create', file: 'b.js', content: '"use strict" + 1' }],
    ['create an empty file called b.txt', { kind: 'create', file: 'b.txt', content: '' }],
    ['append "x = 1" to .env', { kind: 'append', line: 'x = 1', file: '.env' }],
    ['add the line "dist/" to .gitignore', { kind: 'append', line: 'dist/', file: '.gitignore' }],
    [
      'add a function double(n) that returns n * 2 to src/math.js',
      { kind: 'add-function', name: 'double', parameters: 'n', expression: 'n * 2', file: 'src/math.js' },
    ],
    [
      'Add a function called `one` that returns `1 to 2` to src/math.js.',
      { kind: 'add-function', name: 'one', parameters: '', expression: '1 to 2', file: 'src/math.js' },
    ],
    [
      'add a function f that returns "a to b" to m.ts',
      { kind: 'add-function', name: 'f', parameters: '', expression: '"a to b"', file: 'm.ts' },
    ],
    ['change a.b to 5 in x.json', { kind: 'set-value', key: 'a.b', value: unquoted('5'), file: 'x.json' }],
    [
      'set NAME to "5" in x.ts',
      { kind: 'set-value', key: 'NAME', value: { text: '5', isQuoted: true }, file: 'x.ts' },
    ],
    [
      'take a screenshot of http://localhost:3000/a.html.',
      { kind: 'picture', page: 'http://localhost:3000/a.html', viewport: 'desktop' },
    ],
    [
      'make a picture of "my page.html" on a phone',
      { kind: 'picture', page: 'my page.html', viewport: 'phone' },
    ],
    ['delete the file src/old.js', { kind: 'delete', file: 'src/old.js' }],
    ['remove old.js', { kind: 'delete', file: 'old.js' }],
    ['run `npm test; echo ok`', { kind: 'run', command: 'npm test; echo ok' }],
    ['Run the tests', { kind: 'test' }],
    ['run git push', { kind: 'run', command: 'git push' }],
    ['run git push origin v1.2.', { kind: 'run', command: 'git push origin v1.2' }],
    ['push it', { kind: 'run', command: 'git push origin HEAD' }],
    ['read README.md', { kind: 'read', file: 'README.md' }],
    ['ask me red or blue', { kind: 'ask', question: '', options: ['red', 'blue'] }],
    [
      'Ask me "Which one?" v1.2, v1.3, or "none of them".',
      { kind: 'ask', question: 'Which one?', options: ['v1.2', 'v1.3', 'none of them'] },
    ],
    ['ask me something', { kind: 'unknown', text: 'ask me something' }],
    ['plan: look, think, act.', { kind: 'plan', items: ['look', 'think', 'act'] }],
    ['delegate: read a.md; then run `ls`', { kind: 'delegate', task: 'read a.md; then run `ls`' }],
    ['count slowly to 5', { kind: 'count', until: 5 }],
    ['count to 99999', { kind: 'count', until: 100 }],
    ['make it faster', { kind: 'unknown', text: 'make it faster' }],
    ["don't rename a to b", { kind: 'unknown', text: "don't rename a to b" }],
  ])('%s', (prompt, expected) => {
    expect(parseInstructions(prompt)).toEqual([expected]);
  });
});

describe('several instructions', () => {
  const kinds = (prompt: string) => parseInstructions(prompt).map((instruction) => instruction.kind);

  it.each([
    ['rename a to b; append "x" to y.md', ['rename', 'append']],
    ['rename a to b in z.js, then run `ls` and then delete the file q.js', ['rename', 'run', 'delete']],
    ['1. rename a to b\n2. run `ls`\n', ['rename', 'run']],
    ['- rename a to b\n- tidy up\n- run `ls`', ['rename', 'unknown', 'run']],
    ['create x.js with:\n```js\nrename a to b;\n```\nthen run `node x.js`', ['create', 'run']],
    ['create x.txt with: "a"; run `ls`', ['create', 'run']],
    ['Fix the bug. Rename a to b.', ['unknown', 'rename']],
    ['ask me a or b, then create c.txt with: {answer}', ['ask', 'create']],
    ['run git push and then count slowly to 2; plan: x, y then push it', ['run', 'count', 'plan', 'run']],
  ])('are found in order in %j', (prompt, expected) => {
    expect(kinds(prompt)).toEqual(expected);
  });

  it('are none in a prompt of nothing but blanks and courtesy', () => {
    expect(parseInstructions(' \n\t please, ')).toEqual([]);
  });

  it('end after fifty, and the rest is handed back as not understood', () => {
    const instructions = parseInstructions('run `x`\n'.repeat(60));
    expect(instructions).toHaveLength(MAX_INSTRUCTIONS + 1);
    expect(instructions.at(-1)?.kind).toBe('unknown');
  });
});

describe('any text at all', () => {
  it('is read without an error', () => {
    const scrap = fc.constantFrom(
      'rename ',
      'replace "',
      '" with "',
      'create a with:',
      '```\n',
      '`',
      ' to ',
      ' in ',
      'ask me ',
      ' or ',
      'plan: ',
      '\n',
      ';',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(scrap, fc.string({ unit: 'binary' }))), (scraps) => {
        expect(parseInstructions(scraps.join('')).length).toBeLessThanOrEqual(MAX_INSTRUCTIONS + 1);
      }),
    );
  });

  it.each([
    'replace "',
    'ask me a',
    'plan: a.',
    'run git push ',
    'create x with: "',
    'add a function f that returns x ',
    'a',
    '\n',
    'set a to b ',
  ])('of a megabyte of %j is read to an end', (scrap) => {
    expect(Array.isArray(parseInstructions(scrap.repeat(1_000_000 / scrap.length)))).toBe(true);
  });
});
