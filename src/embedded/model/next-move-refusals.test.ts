import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inMemoryAgent, OPENCODE_TOOLS, type InMemoryAgentOptions } from '@/testing/in-memory-agent';

import type { ChatMessage } from './chat-request';
import { nextMove } from './next-move';

const agentOn = (
  files: Readonly<Record<string, string>>,
  options: Partial<Omit<InMemoryAgentOptions, 'files' | 'decide'>> = {},
) => inMemoryAgent({ files, decide: nextMove, ...options });

const ESM = { 'package.json': '{\n  "type": "module",\n  "scripts": { "test": "node --test" }\n}\n' };

describe('a request that cannot be met', () => {
  it.each([
    ['replace "a" with "b" in none.js', 'no file `none.js`'],
    ['rename a b to c', 'No pattern of mine fits'],
    ['rename a b to c; run the tests', 'did not understand "rename a b to c"'],
    ['rename a-b to c', 'not an identifier'],
    ['delete the file ../../etc/passwd', 'not in this repository'],
    ['create /etc/x with: y', 'not in this repository'],
    ['create a.js with: other', 'left it alone'],
    ['rename a to b in ../a.js', 'not in this repository'],
    ['append "x" to deep.js', 'Which `deep.js`?'],
    ['change zip to 1 in c.json', 'no key `zip`'],
    ['change k to 1 in c.json', 'Which `k`'],
    ['change k to 1 in bad.json', 'not valid JSON'],
    ['set ZIP to 1 in a.js', 'no line'],
    ['set LIST to 1 in list.js', 'spans several lines'],
    ['rename x to y in minified.js', 'too long for me'],
    ['add a function f that returns the sum of things to a.js', 'reads like a sentence'],
    ['add a function f that returns 1 to a.py', 'JavaScript and TypeScript files only'],
  ])('%s', (prompt, answer) => {
    const files = {
      'a.js': 'a\n',
      'x/deep.js': '',
      'y/deep.js': '',
      'c.json': '{"p": {"k": 1}, "q": {"k": 2}}\n',
      'bad.json': '{',
      'list.js': 'const LIST = [\n  1,\n];\n',
      'minified.js': `${'x;'.repeat(2000)}\n`,
    };
    const agent = agentOn(files);
    expect(agent.prompt(prompt)).toContain(answer);
    expect(Object.fromEntries(agent.files)).toEqual(files);
  });

  it('lists what is in the repository and the patterns, when none fits', () => {
    const agent = agentOn({ ...ESM, 'README.md': '# Moon base\n\nKeeps the lights on.\nAlways.\n\nMore.\n' });
    const text = agent.prompt('What is this?');
    expect(text).toContain('Moon base');
    expect(text).toContain('Keeps the lights on. Always.');
    expect(text).toContain('`npm test`');
    expect(text).toContain('rename <a> to <b>');
  });

  it('names the tool that the agent does not offer', () => {
    const tools = OPENCODE_TOOLS.filter((tool) => !['edit', 'bash'].includes(tool.function.name));
    const agent = agentOn({ ...ESM, 'a.js': 'a\n' }, { tools });
    expect(agent.prompt('rename a to b in a.js')).toContain('no tool to edit with');
  });

  it('of any kind gets an answer in a bounded number of steps', () => {
    const words = fc.constantFrom(
      'rename',
      'a',
      'b',
      'to',
      'in',
      'a.js',
      'replace',
      '"a"',
      'with',
      'create',
      ';',
      '\n',
      'run',
      '`x`',
      'set',
      'add a function f that returns',
      'delete',
      'append',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 30 }), (scraps) => {
        const text = agentOn({ ...ESM, 'a.js': 'a\n' }).prompt(scraps.join(' '));
        expect(text).not.toContain('defect');
        expect(text.trim()).not.toBe('');
      }),
    );
  });

  it('with tool outputs of any kind gets an answer', () => {
    const output = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '<path>x</path>\n<type>file</type>\n<content>\n1: a\n</content>',
        'Found 1 matches\n/workspace/repo/a.js:\n  Line 1: a',
      ),
    );
    fc.assert(
      fc.property(fc.array(output, { maxLength: 12 }), (outputs) => {
        const messages: ChatMessage[] = [
          {
            role: 'user',
            content: 'rename a to b; set c to d in e.json; add a function f that returns 1 to a.js',
          },
          ...outputs.map((content): ChatMessage => ({ role: 'tool', content })),
        ];
        const move = nextMove(messages, OPENCODE_TOOLS);
        expect(move.text).not.toContain('defect');
        expect(move.text.trim()).not.toBe('');
      }),
    );
  });
});
