import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPatch } from './apply-patch';
import { httpsAddress } from './choose-repository';
import { readPatchPaths } from './patch-paths';
import { runGit } from './run-git';

let folder: string;
let checkout: string;

async function git(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runGit(
    checkout,
    ...['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.test', '-c', 'commit.gpgsign=false'],
    ...words,
  );
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-apply-'));
  checkout = join(folder, 'checkout');
  mkdirSync(join(checkout, 'src'), { recursive: true });
  writeFileSync(join(checkout, 'src', 'a.txt'), 'one\ntwo\nthree\n');
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('commit', '-qm', 'first');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(checkout, path), 'utf8');

/** What git itself says of a change, which is then taken back. */
async function patchOf(change: () => void): Promise<string> {
  change();
  await git('add', '-A');
  const patch = await git('diff', '--cached', '--binary');
  await git('reset', '-q', '--hard');
  return patch;
}

const newFile = (path: string, mode = '100644'): string =>
  `diff --git a/${path} b/${path}\nnew file mode ${mode}\nindex 0000000..5626abf\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+one\n`;

describe('applying a change', () => {
  it('brings edits, new, renamed, deleted and binary files into the checkout', async () => {
    const patch = await patchOf(() => {
      writeFileSync(join(checkout, 'src', 'a.txt'), 'one\nTWO\nthree\n');
      writeFileSync(join(checkout, 'Grüße "1".txt'), 'hi\n');
      writeFileSync(join(checkout, 'bin.dat'), Buffer.from([0, 1, 2, 255]));
    });
    const paths = await applyPatch({ checkout, patch, force: false });
    expect(paths.sort()).toEqual(['Grüße "1".txt', 'bin.dat', 'src/a.txt']);
    expect(read('src/a.txt')).toBe('one\nTWO\nthree\n');
    expect(read('Grüße "1".txt')).toBe('hi\n');
  });

  it('merges with what was committed here meanwhile', async () => {
    const patch = await patchOf(() =>
      writeFileSync(join(checkout, 'src', 'a.txt'), 'one\ntwo\nthree\nfour\n'),
    );
    writeFileSync(join(checkout, 'src', 'a.txt'), 'zero\none\ntwo\nthree\n');
    await git('commit', '-qam', 'ours');
    await applyPatch({ checkout, patch, force: false });
    expect(read('src/a.txt')).toBe('zero\none\ntwo\nthree\nfour\n');
  });

  it('refuses a tree with uncommitted changes, unless it is forced', async () => {
    const patch = await patchOf(() => writeFileSync(join(checkout, 'new.txt'), 'new\n'));
    writeFileSync(join(checkout, 'src', 'a.txt'), 'mine\n');
    await expect(applyPatch({ checkout, patch, force: false })).rejects.toMatchObject({ code: 'conflict' });
    await applyPatch({ checkout, patch, force: true });
    expect(read('src/a.txt')).toBe('mine\n');
    expect(read('new.txt')).toBe('new\n');
  });

  it('says so when it does not fit at all', async () => {
    const patch = newFile('src/a.txt').replace('new file mode 100644\n', '').replace('0,0 +1', '1,1 +1,2');
    await expect(applyPatch({ checkout, patch, force: false })).rejects.toMatchObject({ code: 'conflict' });
    expect(read('src/a.txt')).toBe('one\ntwo\nthree\n');
  });

  it.each([
    ['out of the checkout', newFile('../evil.txt')],
    [
      'out of it, quoted',
      newFile('x').replaceAll('b/x', '"b/..\\057evil.txt"').replaceAll('a/x', '"a/..\\057evil.txt"'),
    ],
    ['to an absolute path', newFile('x').replaceAll(/[ab]\/x/g, '/tmp/evil.txt')],
    ['into .git', newFile('.git/hooks/post-checkout')],
    ['into .GIT, for a file system without case', newFile('.GIT/config')],
    ['into a .git below', newFile('sub/.git/config')],
    ['into git~1', newFile('GIT~1/config')],
    ['through a link that is here', newFile('link/evil.txt')],
    ['onto a link that is here', newFile('file-link')],
    ['through a link that it makes itself', newFile('made', '120000') + newFile('made/evil.txt')],
    [
      'by a rename',
      'diff --git a/src/a.txt b/x\nsimilarity index 100%\nrename from src/a.txt\nrename to ../x\n',
    ],
  ])('refuses a path that leads %s, and touches nothing', async (_name, patch) => {
    symlinkSync(folder, join(checkout, 'link'));
    symlinkSync(join(folder, 'target.txt'), join(checkout, 'file-link'));
    const before = await git('status', '--porcelain');
    await expect(applyPatch({ checkout, patch, force: true })).rejects.toMatchObject({ code: 'bad_input' });
    expect(await git('status', '--porcelain')).toBe(before);
  });
});

describe('the paths of a patch', () => {
  it('are read from headers, never from content', () => {
    const patch =
      'diff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n' +
      '---- a/../../etc/passwd\n-diff --git a/x b/x\n++++ b/../../etc/passwd\n+rename to ../x\n';
    expect([...readPatchPaths(patch).paths]).toEqual(['a.txt']);
  });
});

describe('an address of a repository', () => {
  it.each([
    ['git@github.com:acme/web.git', 'https://github.com/acme/web.git'],
    ['ssh://git@github.com/acme/web.git', 'https://github.com/acme/web.git'],
    ['ssh://git@host.test:2222/acme/web.git', 'https://host.test/acme/web.git'],
    ['https://github.com/acme/web.git', 'https://github.com/acme/web.git'],
    ['acme/web', 'acme/web'],
  ])('%s is read over https', (given, address) => {
    expect(httpsAddress(given)).toBe(address);
  });
});
