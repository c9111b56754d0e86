import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { installationToken, startTestGitHub, type TestGitHub } from '@/testing/emulated-github';
import { describeRemote } from './describe-remote';

let github: TestGitHub;
beforeAll(async () => {
  github = await startTestGitHub();
});
afterAll(() => github.remove());

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const hostOf = (url: string) => new URL(url).host;
const trusting = (...urls: string[]) => ({ trustedHosts: new Set(urls.map(hostOf)) });

/** A server that is no GitHub; its address is trusted by the tests that use it. */
async function otherServer(
  answer: (path: string) => { status: number; headers?: Record<string, string>; body?: string | Buffer },
) {
  const paths: string[] = [];
  const headers: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    headers.push(request.headers);
    const { status, headers: sent = {}, body = '' } = answer(request.url ?? '');
    response.writeHead(status, sent).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  // A listening TCP server has an AddressInfo.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths, headers };
}

const pkt = (line: string) => (Buffer.byteLength(line) + 4).toString(16).padStart(4, '0') + line;
const SERVICE = `${pkt('# service=git-upload-pack\n')}0000`;
const sha = 'a'.repeat(40);

describe('a repository that is there', () => {
  it('has its branches and its default branch told', async () => {
    const at = `${github.url}/acme/playground.git`;
    expect(await describeRemote(at, trusting(github.url))).toEqual({
      defaultBranch: 'main',
      branches: ['main'],
      headCommit: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
    expect(await describeRemote(`${at.slice(0, -4)}/`, trusting(github.url))).toMatchObject({
      defaultBranch: 'main',
    });
  });

  it('but private is told apart for who has a token', async () => {
    const at = `${github.url}/acme/web.git`;
    await expect(describeRemote(at, trusting(github.url))).rejects.toMatchObject({
      code: expect.stringMatching(/^repository_/) as string,
    });
    const credentials = { username: 'x-access-token', password: await installationToken(github) };
    expect(await describeRemote(at, { ...trusting(github.url), credentials })).toMatchObject({
      defaultBranch: 'main',
    });
  });

  it('but empty is said to be', async () => {
    const { url } = await otherServer(() => ({
      status: 200,
      body: `${SERVICE}${pkt(`${'0'.repeat(40)} capabilities^{}\0symref=HEAD:refs/heads/main\n`)}0000`,
    }));
    await expect(describeRemote(`${url}/x`, trusting(url))).rejects.toMatchObject({
      code: 'repository_empty',
    });
  });

  it('whose HEAD names a branch that is not there begins at the first', async () => {
    const body = `${SERVICE}${pkt(`${sha} refs/heads/dev\0symref=HEAD:refs/heads/main agent=x\n`)}${pkt(`${sha} refs/tags/v1\n`)}0000`;
    const { url } = await otherServer(() => ({ status: 200, body }));
    expect(await describeRemote(`${url}/x`, trusting(url))).toEqual({
      defaultBranch: 'dev',
      branches: ['dev'],
      headCommit: sha,
    });
  });
});

describe('an address', () => {
  it.each([
    'ftp://git.test/x',
    'git@git.test:acme/web.git',
    'file:///etc',
    'javascript:alert(1)',
    'not an address',
    'http://git.test/acme/web.git',
    'https://localhost/x',
    'https://localhost./x',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://10.1.2.3/x',
    'https://172.20.0.1/x',
    'https://192.168.1.1/x',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/x',
    'https://0.0.0.0/x',
    'https://[::1]/x',
    'https://[::]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[fd00::1]/x',
    'https://[fe80::1]/x',
    'https://metadata.google.internal/x',
    'https://printer.local./x',
    'https://ada:secret@git.test/acme/web.git',
  ])('%s is refused without asking', async (address) => {
    await expect(describeRemote(address, trusting(github.url))).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('of the deployment’s own host is trusted by its port', async () => {
    const other = await otherServer(() => ({ status: 200 }));
    await expect(describeRemote(`${other.url}/x`, trusting(github.url))).rejects.toMatchObject({
      code: 'bad_input',
    });
    expect(other.paths).toEqual([]);
  });

  it('where nobody answers is not found, and says so', async () => {
    const at = 'http://127.0.0.1:1/x';
    await expect(describeRemote(at, trusting(at))).rejects.toMatchObject({ code: 'repository_not_found' });
  });

  it.each([
    ['nothing', { status: 404 }, 'repository_not_found'],
    ['a web page', { status: 200, body: '<html>hello</html>' }, 'repository_not_found'],
    ['nothing at all', { status: 200 }, 'repository_not_found'],
    ['a cut line', { status: 200, body: 'ffff# serv' }, 'repository_not_found'],
    ['a failure', { status: 500 }, 'repository_not_found'],
    ['a wish for a sign-in', { status: 401 }, 'repository_forbidden'],
    ['a refusal', { status: 403 }, 'repository_forbidden'],
  ])('that answers with %s', async (_name, answer, code) => {
    const { url } = await otherServer(() => answer);
    await expect(describeRemote(`${url}/x`, trusting(url))).rejects.toMatchObject({ code });
  });
});

describe('a redirect', () => {
  it('is followed to where the repository is, without the credentials', async () => {
    const credentials = { username: 'u', password: 'p' };
    const target = await otherServer(() => ({
      status: 200,
      body: `${SERVICE}${pkt(`${sha} refs/heads/main\0x\n`)}0000`,
    }));
    const first = await otherServer((path) => ({
      status: 301,
      headers: { location: `${target.url}${path}` },
    }));
    const found = await describeRemote(`${first.url}/x`, { ...trusting(first.url, target.url), credentials });
    expect(found.branches).toEqual(['main']);
    expect(target.paths).toEqual(['/x/info/refs?service=git-upload-pack']);
    expect(first.headers[0]).toHaveProperty('authorization');
    expect(target.headers[0]).not.toHaveProperty('authorization');
  });

  it.each([
    'http://127.0.0.1:2/x',
    'https://169.254.169.254/x',
    'file:///etc/passwd',
    'https://u:p@git.test/x',
  ])('to %s is refused like the address itself', async (location) => {
    const { url } = await otherServer(() => ({ status: 302, headers: { location } }));
    await expect(describeRemote(`${url}/x`, trusting(url))).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('without end is given up', async () => {
    const { url, paths } = await otherServer(() => ({ status: 302, headers: { location: '/again' } }));
    await expect(describeRemote(`${url}/x`, trusting(url))).rejects.toMatchObject({
      code: 'repository_not_found',
    });
    expect(paths).toHaveLength(4);
  });
});
