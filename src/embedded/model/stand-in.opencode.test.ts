import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

import { startOpenCode, type OpenCodeServer, type OpenCodeTurn } from '@/testing/opencode-server';

import type { ChatServer } from './chat-server';
import { NOTICE } from './next-move';
import { startStandInModel } from './start-stand-in-model';

/** A turn is a dozen steps of a second each on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const run = promisify(execFile);

/** A name that no program could have been written for. */
const anyName = () => `n${randomBytes(4).toString('hex')}`;

interface Repository {
  directory: string;
  git: (...args: string[]) => Promise<string>;
  read: (file: string) => Promise<string>;
  /** Runs the repository's tests without the agent; rejects when they fail. */
  test: () => Promise<unknown>;
}

const makeRepository = async (files: Readonly<Record<string, string>>): Promise<Repository> => {
  const directory = await mkdtemp(join(tmpdir(), 'stand-in-repository-'));
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    const { stdout } = await run('git', [...identity, ...args], { cwd: directory });
    return stdout;
  };
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), content);
  }
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'start');
  return {
    directory,
    git,
    read: (file) => readFile(join(directory, file), 'utf8'),
    test: () => run('npm', ['test'], { cwd: directory }),
  };
};

const textsOf = (turn: OpenCodeTurn) =>
  turn.parts.flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : []));
const toolsOf = (turn: OpenCodeTurn) => turn.parts.flatMap((part) => (part.type === 'tool' ? [part] : []));

describe('the stand-in model behind the real OpenCode', () => {
  let model: ChatServer;
  let agent: OpenCodeServer;
  let repository: Repository;
  let agentsFile: string;
  let [add, helper, value] = ['', '', 0];

  beforeAll(async () => {
    model = await startStandInModel({ delayMs: 0 });
    agentsFile = join(await mkdtemp(join(tmpdir(), 'stand-in-instructions-')), 'AGENTS.md');
    agent = await startOpenCode({ modelUrl: model.url, instructions: [agentsFile], asks: true });
  });

  afterAll(async () => {
    await agent.close();
    await model.close();
    await rm(dirname(agentsFile), { recursive: true, force: true });
  });

  beforeEach(async () => {
    [add, helper, value] = [anyName(), anyName(), randomInt(10, 1_000_000)];
    repository = await makeRepository({
      'package.json': '{\n  "name": "x",\n  "type": "module",\n  "scripts": { "test": "node --test" }\n}\n',
      'README.md': `# Title ${add}\r\n\r\nUses ${add}.\r\n`,
      [`src/${helper}.js`]: `export function ${add}(a, b) {\n\treturn a + b;\n}\n\nexport const ${add}2 = ${String(value)};\n`,
      [`test/${helper}.test.js`]: [
        "import assert from 'node:assert/strict';",
        "import test from 'node:test';",
        `import { ${add}, ${add}2 } from '../src/${helper}.js';`,
        `test('adds', () => assert.equal(${add}(1, 2), 3));`,
        `test('holds', () => assert.equal(${add}2, ${String(value)}));`,
        '',
      ].join('\n'),
    });
    await writeFile(agentsFile, 'Be kind.\n');
    return () => rm(repository.directory, { recursive: true, force: true });
  });

  const prompt = async (text: string, sessionId?: string): Promise<OpenCodeTurn> => {
    const turn = await agent.prompt(text, {
      directory: repository.directory,
      ...(sessionId !== undefined && { sessionId }),
    });
    expect(turn.error).toBeUndefined();
    expect(
      toolsOf(turn).filter((part) => part.state?.status !== 'completed' && part.tool !== 'read'),
    ).toEqual([]);
    return turn;
  };

  it('renames an identifier in every file and runs the tests', async () => {
    const renamed = anyName();
    const turn = await prompt(`rename ${add} to ${renamed}`);
    expect(await repository.read(`src/${helper}.js`)).toBe(
      `export function ${renamed}(a, b) {\n\treturn a + b;\n}\n\nexport const ${add}2 = ${String(value)};\n`,
    );
    expect(await repository.read('README.md')).toBe(`# Title ${renamed}\r\n\r\nUses ${renamed}.\r\n`);
    expect((await repository.git('diff', '--name-only')).trim().split('\n')).toHaveLength(3);
    await repository.test();
    expect(textsOf(turn)[0]).toContain(NOTICE);
    expect(textsOf(turn).at(-1)).toContain('The tests pass (`npm test`)');
    expect(textsOf(turn)).toHaveLength(toolsOf(turn).length + 1);
  });

  it('replaces a text in one file, and says honestly when that breaks the tests', async () => {
    const turn = await prompt(`replace "${String(value)}" with "${String(value + 1)}" in src/${helper}.js`);
    expect(await repository.git('diff', '--numstat')).toBe(`1\t1\tsrc/${helper}.js\n`);
    expect(await repository.read(`src/${helper}.js`)).toContain(`= ${String(value + 1)};`);
    await expect(repository.test()).rejects.toThrow();
    expect(textsOf(turn).at(-1)).toMatch(/not all went well[\s\S]*exit status 1/);
    const repair = await prompt(
      `replace "${String(value)}" with "${String(value + 1)}" in test/${helper}.test.js`,
      turn.sessionId,
    );
    await repository.test();
    expect(textsOf(repair).at(-1)).toContain('The tests pass');
  });

  it('creates a file in a new folder, then appends to it, in one prompt', async () => {
    const [folder, line] = [anyName(), anyName()];
    const turn = await prompt(
      `create ${folder}/notes.md with: # ${add}\nthen append "${line}" to ${folder}/notes.md`,
    );
    expect(await repository.read(`${folder}/notes.md`)).toBe(`# ${add}\n${line}\n`);
    expect(await repository.git('status', '--porcelain')).toBe(`?? ${folder}/\n`);
    expect(toolsOf(turn).map((part) => part.tool)).toContain('todowrite');
    await repository.test();
  });

  it('adds a function with a test that runs, though it is only given the bare file name', async () => {
    const name = anyName();
    const turn = await prompt(
      `Please add a function ${name} that returns ${String(value)} * 2 to ${helper}.js`,
    );
    const script = `import('./src/${helper}.js').then((m) => console.log(m.${name}()))`;
    const { stdout } = await run('node', ['-e', script], { cwd: repository.directory });
    expect(stdout.trim()).toBe(String(value * 2));
    await repository.test();
    const output = toolsOf(turn).find((part) => part.tool === 'bash')?.state?.output;
    expect(output).toMatch(/pass 3\b/);
    expect(await repository.read(`test/${name}.test.js`)).toContain(`${name}()`);
  });

  it('changes a JSON key and Windows lines, deletes a file, and obeys AGENTS.md', async () => {
    const said = anyName();
    await writeFile(agentsFile, `Before you finish, run \`echo ${said} > ${said}.txt\`.\n`);
    await prompt(
      `change name to ${said} in package.json; append "end" to README.md; delete the file test/${helper}.test.js`,
    );
    expect(JSON.parse(await repository.read('package.json'))).toMatchObject({ name: said, type: 'module' });
    expect(await repository.read('README.md')).toBe(`# Title ${add}\r\n\r\nUses ${add}.\r\nend\r\n`);
    expect(await repository.git('status', '--porcelain')).toContain(` D test/${helper}.test.js`);
    expect(await repository.read(`${said}.txt`)).toBe(`${said}\n`);
  });

  it('answers a prompt that fits no pattern with what is in the repository', async () => {
    const turn = await prompt('What is all this about?');
    expect(textsOf(turn).at(-1)).toContain(`Title ${add}`);
    expect(textsOf(turn).at(-1)).toContain(`src/${helper}.js`);
    expect(await repository.git('status', '--porcelain')).toBe('');
  });

  /** Answers the first thing that is asked, as Dispatch does. */
  const reply = async (what: 'question' | 'permission', answer: unknown): Promise<void> => {
    const call = async (path: string, body?: unknown): Promise<unknown> => {
      const headers = {
        ...{ authorization: agent.authorization, 'content-type': 'application/json' },
        'x-opencode-directory': repository.directory,
      };
      const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${agent.url}/${what}${path}`, init)).json();
    };
    const asked = await vi.waitFor(
      async () =>
        z
          .array(z.object({ id: z.string() }))
          .min(1)
          .parse(await call('')),
      {
        timeout: 60_000,
      },
    );
    await call(`/${asked[0]!.id}/reply`, answer);
  };

  it('asks, and uses the answer; asks before it pushes, and takes a no', async () => {
    const asking = agent.prompt(
      `ask me ${helper} or ${add}, then create answer.txt with: {answer}\npush it`,
      {
        directory: repository.directory,
      },
    );
    await reply('question', { answers: [[add]] });
    await reply('permission', { reply: 'reject', message: `not ${helper}` });
    const turn = await asking;
    expect(turn.error).toBeUndefined();
    expect(await repository.read('answer.txt')).toBe(`${add}\n`);
    expect(textsOf(turn).at(-1)).toContain(`You chose **${add}**`);
    expect(textsOf(turn).at(-1)).toContain(`You did not allow \`git push origin HEAD\`: not ${helper}`);
  });

  it('plans, gives a file to a helper to read, and counts', async () => {
    const turn = await prompt('plan: look, think; count slowly to 2; delegate: read README.md');
    expect(toolsOf(turn).map((part) => part.tool)).toEqual([
      ...['todowrite', 'todowrite', 'todowrite', 'bash', 'bash', 'task'],
    ]);
    expect(textsOf(turn).at(-1)).toContain('The helper came back');
    expect(textsOf(turn).at(-1)).toContain(`Title ${add}`);
  });

  it('takes a new prompt after a stop, and leaves what was stopped undone', async () => {
    const { directory } = repository;
    const started = join(directory, 'started');
    const sessionId = await agent.createSession(directory);
    const stopped = agent.prompt(`run \`touch ${started}; sleep 300\`, then delete the file README.md`, {
      directory,
      sessionId,
    });
    await vi.waitFor(() => access(started), { timeout: 60_000 });
    await agent.abort({ directory, sessionId });
    await stopped;
    await prompt(`create after.txt with: ${add}`, sessionId);
    expect(await repository.read('after.txt')).toBe(`${add}\n`);
    expect(await repository.read('README.md')).toContain(add);
  });
});
