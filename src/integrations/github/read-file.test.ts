import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGitHub, type TestGitHub } from '@/testing/emulated-github';
import { readGithubFile } from './read-file';

let github: TestGitHub;
beforeAll(async () => {
  github = await startTestGitHub();
});
afterAll(() => github.remove());

const read = (repository: string, file: string, branch = 'main') =>
  readGithubFile({ apiUrl: github.url }, `${github.url}/${repository}`, { branch, file });

/** Asks something that answers as GitHub does when it has a reason. */
async function answerOf(status: number, body: string): ReturnType<typeof readGithubFile> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await readGithubFile({ apiUrl: url }, `${url}/acme/web.git`, {
      branch: 'main',
      file: 'AGENTS.md',
    });
  } finally {
    server.close();
  }
}

describe('a file at GitHub', () => {
  it('is said to be unreadable, with the reason, when GitHub does not answer with it', async () => {
    expect(await answerOf(429, '')).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining('no more questions') as string,
    });
    expect(await answerOf(500, '')).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining('500') as string,
    });
  });

  it('is shown to a point where it is long', async () => {
    const answer = await answerOf(200, 'x'.repeat(70_000));
    expect(answer).toEqual({ kind: 'text', text: 'x'.repeat(65_536), isCut: true });
  });

  it('can’t be had from where nobody answers', async () => {
    const reading = readGithubFile({ apiUrl: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1/acme/web', {
      branch: 'main',
      file: 'AGENTS.md',
    });
    await expect(reading).rejects.toMatchObject({ code: 'repository_not_found' });
  });

  it('is read at the head of a branch', async () => {
    const answer = await read('acme/playground.git', 'AGENTS.md');
    expect(answer).toMatchObject({ kind: 'text', isCut: false });
    expect(answer.kind === 'text' && answer.text).toContain('# Rules for agents');
    expect(await read('acme/playground', 'src/cart.js')).toMatchObject({ kind: 'text' });
  });

  it.each([
    ['a file', 'acme/playground', { file: 'NOTHING.md', branch: 'main' }],
    ['a branch', 'acme/playground', { file: 'AGENTS.md', branch: 'gone' }],
    ['a repository', 'acme/nothing', { file: 'AGENTS.md', branch: 'main' }],
    ['a private repository, for who has no right in it', 'acme/web', { file: 'AGENTS.md', branch: 'main' }],
  ])('is none where there is no such thing: %s', async (_name, repository, { file, branch }) => {
    expect(await read(repository, file, branch)).toEqual({ kind: 'none' });
  });
});
