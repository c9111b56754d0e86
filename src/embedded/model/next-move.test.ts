import { describe, expect, it } from 'vitest';

import { inMemoryAgent, OPENCODE_TOOLS, type InMemoryAgentOptions } from '@/testing/in-memory-agent';

import { nextMove, NOTICE } from './next-move';

const agentOn = (
  files: Readonly<Record<string, string>>,
  options: Partial<Omit<InMemoryAgentOptions, 'files' | 'decide'>> = {},
) => inMemoryAgent({ files, decide: nextMove, ...options });

const ESM = { 'package.json': '{\n  "type": "module",\n  "scripts": { "test": "node --test" }\n}\n' };

describe('a documented pattern', () => {
  it.each<{ prompt: string; before: Record<string, string>; after: Record<string, string | undefined> }>([
    {
      prompt: 'rename sum to total',
      before: {
        'a.js': 'sum(sum, summary);\n',
        'b/c.js': 'import { sum } from "../a.js";\n',
        'd.js': 'summary\n',
      },
      after: {
        'a.js': 'total(total, summary);\n',
        'b/c.js': 'import { total } from "../a.js";\n',
        'd.js': 'summary\n',
      },
    },
    {
      prompt: 'rename $a to $& in a.js; rename b to c in a.js',
      before: { 'a.js': '$a b\n' },
      after: { 'a.js': '$a c\n' },
    },
    { prompt: 'rename $a to $b in a.js', before: { 'a.js': '$a $ab\n' }, after: { 'a.js': '$b $ab\n' } },
    {
      prompt: 'replace "1 + 1" with "$1" in a.js',
      before: { 'a.js': '1 + 1;\n1 + 1;\n', 'b.js': '1 + 1\n' },
      after: { 'a.js': '$1;\n$1;\n', 'b.js': '1 + 1\n' },
    },
    { prompt: 'replace "x\\ny" with "z"', before: { 'a.txt': 'x\ny\n' }, after: { 'a.txt': 'z\n' } },
    { prompt: 'create n/a.txt with: hello', before: {}, after: { 'n/a.txt': 'hello\n' } },
    { prompt: 'add a file a.md containing "# A\\n\\nB"', before: {}, after: { 'a.md': '# A\n\nB\n' } },
    { prompt: 'append "c" to a.txt', before: { 'a.txt': 'a\nb' }, after: { 'a.txt': 'a\nb\nc' } },
    { prompt: 'append "a" to a.txt', before: { 'a.txt': 'a\na\n' }, after: { 'a.txt': 'a\na\na\n' } },
    { prompt: 'append "a" to a.txt', before: { 'a.txt': '' }, after: { 'a.txt': 'a\n' } },
    { prompt: 'add the line "dist/" to .gitignore', before: {}, after: { '.gitignore': 'dist/\n' } },
    {
      prompt: 'add a function two that returns 1 + 1 to m.js',
      before: { ...ESM, 'm.js': 'export const one = 1;\n' },
      after: { 'm.js': 'export const one = 1;\n\nexport function two() {\n  return 1 + 1;\n}\n' },
    },
    {
      prompt: 'add a function two(a) that returns a to m.js',
      before: { 'm.js': "exports.one = 'x'\n" },
      after: {
        'm.js': "exports.one = 'x'\n\nfunction two(a) {\n  return a\n}\n\nmodule.exports.two = two\n",
      },
    },
    {
      prompt: 'change deep.port to 81 in c.json; change name to 2 in c.json',
      before: { 'c.json': '{ "name": "x",\n  "deep": {"port": 80 } }\n' },
      after: { 'c.json': '{ "name": "2",\n  "deep": {"port": 81 } }\n' },
    },
    {
      prompt: 'set LIMIT to 20 in c.ts; set NAME to new in c.ts',
      before: {
        'c.ts': "export const LIMIT: number = 10; // ten\nconst NAME = 'old';\nif (LIMIT == 10) x();\n",
      },
      after: {
        'c.ts': "export const LIMIT: number = 20; // ten\nconst NAME = 'new';\nif (LIMIT == 10) x();\n",
      },
    },
    {
      prompt: 'set PORT to 81 in .env',
      before: { '.env': 'A=1\nPORT=80\n' },
      after: { '.env': 'A=1\nPORT=81\n' },
    },
    {
      prompt: 'set port to 81 in c.yml',
      before: { 'c.yml': 'port: 80\n' },
      after: { 'c.yml': 'port: 81\n' },
    },
    {
      prompt: 'rename a to b in deep.js',
      before: { 'x/y/deep.js': 'a\n' },
      after: { 'x/y/deep.js': 'b\n' },
    },
  ])('$prompt', ({ prompt, before, after }) => {
    const agent = agentOn(before);
    agent.prompt(prompt);
    expect(Object.fromEntries(Object.keys(after).map((file) => [file, agent.files.get(file)]))).toEqual(
      after,
    );
  });

  it('adds a test beside the tests that there are', () => {
    const agent = agentOn({
      ...ESM,
      'src/m.js': 'export const one = 1;\n',
      'test/m.test.js': "import test from 'node:test';\nimport { one } from '../src/m.js';\n",
    });
    agent.prompt('add a function two that returns "it\'s" to src/m.js');
    expect(agent.files.get('test/two.test.js')).toBe(
      [
        "import assert from 'node:assert/strict';",
        "import test from 'node:test';",
        '',
        "import { two } from '../src/m.js';",
        '',
        "test('two returns \"it\\'s\"', () => {",
        '  assert.deepEqual(two(), "it\'s");',
        '});',
        '',
      ].join('\n'),
    );
  });

  it('deletes by a shell command in which the name is quoted', () => {
    const agent = agentOn({ "it's.txt": '' });
    agent.prompt('delete the file "it\'s.txt"');
    expect(agent.commands).toContain(String.raw`rm -- 'it'\''s.txt'`);
  });

  it('changes all files even when a search does not show them all at once', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`f${String(index)}.js`, 'old();\n'.repeat(12)]),
    );
    const agent = agentOn(files);
    agent.prompt('rename old to fresh');
    expect([...agent.files.values()].filter((content) => content.includes('old'))).toEqual([]);
  });

  it('reaches the end of a file that the read tool shows in pages', () => {
    const agent = agentOn({ 'long.js': `${'// x\n'.repeat(4500)}last();\n` });
    agent.prompt('rename last to end in long.js');
    expect(agent.files.get('long.js')?.endsWith('// x\nend();\n')).toBe(true);
  });
});

describe('a turn', () => {
  it('says first that this is a stand-in and how to set a key, and says something before every call', () => {
    const agent = agentOn({ ...ESM, 'a.js': 'a\n' });
    agent.prompt('rename a to b in a.js, then create c.txt with: c');
    expect(agent.said[0]?.startsWith(NOTICE)).toBe(true);
    expect(agent.said.slice(1).filter((text) => text.includes(NOTICE))).toEqual([]);
    expect(agent.said.every((text) => text.trim() !== '')).toBe(true);
  });

  it.each([
    [ESM, 'npm test'],
    [{ 'package.json': '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}' }, undefined],
    [{ 'pyproject.toml': '' }, 'python3 -m pytest -q'],
    [{ 'go.mod': '' }, 'go test ./...'],
    [{ 'Cargo.toml': '' }, 'cargo test'],
    [{ Makefile: 'all:\n\ntest: all\n\ttrue\n' }, 'make test'],
    [{ Makefile: 'all:\n' }, undefined],
  ])('of edits in %j runs %j', (files, command) => {
    const agent = agentOn({ ...files, 'a.txt': 'a\n' });
    agent.prompt('append "b" to a.txt');
    expect(agent.commands).toEqual(command === undefined ? [] : [command]);
  });

  it('says honestly that tests fail, with the end of their output', () => {
    const shell = () => ({ status: 1, output: `${'ok\n'.repeat(500)}expected 3, got 4` });
    const agent = agentOn({ ...ESM, 'a.js': 'a\n' }, { shell });
    const text = agent.prompt('rename a to b in a.js');
    expect(text).toContain('not all went well');
    expect(text).toContain('exit status 1');
    expect(text).toContain('expected 3, got 4');
    expect(text.length).toBeLessThan(1500);
  });

  it('runs no tests when nothing was changed', () => {
    const agent = agentOn({ ...ESM, 'a.js': 'a\n' });
    agent.prompt('rename nothing to something in a.js');
    expect(agent.commands).toEqual([]);
  });

  it('runs what AGENTS.md asks for before it finishes, and nothing that it forbids', () => {
    const agentsFile =
      'Use `npm ci`.\nBefore finishing, run `npm run lint`.\nNever run `make deploy` before you are done.\n';
    const agent = agentOn({ ...ESM, 'a.js': 'a\n' }, { agentsFile });
    agent.prompt('rename a to b in a.js');
    expect(agent.commands).toEqual(['npm test', 'npm run lint']);
  });

  it('looks only at the last prompt of a conversation', () => {
    const agent = agentOn({ 'a.js': 'a\n' });
    agent.prompt('rename a to b in a.js');
    agent.prompt('rename b to c in a.js');
    expect(agent.files.get('a.js')).toBe('c\n');
    expect(agent.said[0]).toContain(NOTICE);
  });

  it('does a prompt that steers it after the one that it began with', () => {
    const agent = agentOn({ 'a.js': 'a\n', 'b.js': 'x\n' });
    const first = nextMove(
      [...agent.messages, { role: 'user', content: 'rename a to b in a.js' }],
      OPENCODE_TOOLS,
    );
    agent.messages.push(
      { role: 'user', content: 'rename a to b in a.js' },
      { role: 'assistant', content: first.text },
      {
        role: 'tool',
        content: '<path>/workspace/repo</path>\n<type>directory</type>\n<entries>\na.js\n</entries>',
      },
    );
    agent.prompt('rename x to y in b.js');
    expect(agent.files.get('a.js')).toBe('b\n');
    expect(agent.files.get('b.js')).toBe('y\n');
  });

  it('that was stopped is not taken up again by the next prompt', () => {
    const agent = agentOn({ 'a.js': 'a\n', 'b.js': 'x\n' });
    agent.messages.push(
      { role: 'user', content: 'run `sleep 100` then rename a to b in a.js' },
      { role: 'assistant', content: 'I run it.' },
      { role: 'tool', content: '<metadata>\nUser aborted the command\n</metadata>' },
    );
    agent.prompt('rename x to y in b.js');
    expect(agent.files.get('a.js')).toBe('a\n');
    expect(agent.files.get('b.js')).toBe('y\n');
  });
});

describe('a request without tools', () => {
  const ask = (system: string, user: string) =>
    nextMove(
      [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      [],
    ).text;

  it('for a title gets the prompt, cut to fifty characters', () => {
    expect(ask('You are a title generator.', 'rename a to b')).toBe('Rename a to b');
    expect(ask('You are a title generator.', 'x'.repeat(200))).toHaveLength(50);
  });

  it('for a summary gets every section that was asked for', () => {
    const text = ask(
      'You are a context summarization agent.',
      '[User]: rename a to b\n[Assistant tool call]: edit({"filePath":"/r/a.js"})\n[User]: run `x`',
    );
    for (const section of ['Objective', 'Important Details', 'Work State', 'Next Move', 'Relevant Files']) {
      expect(text).toContain(`## ${section}`);
    }
    expect(text).toContain('- rename a to b');
    expect(text).toContain('- /r/a.js');
  });
});

it('speaks in the spelling of the tools that a request declares', () => {
  const tools = [
    {
      type: 'function' as const,
      function: { name: 'read_file', parameters: { properties: { file_path: {} } } },
    },
  ];
  const move = nextMove([{ role: 'user', content: 'rename a to b in c.js' }], tools);
  expect(move.toolCalls[0]).toEqual({ name: 'read_file', arguments: { file_path: '.' } });
});
