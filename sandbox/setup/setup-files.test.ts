import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownEnvironment } from '../supervisor/environment';
import { Git } from '../workspace/git';
import { findScript, readEnvironmentFile } from './setup-files';

let root = '';
let git: Git;
const place = (name: string): string => join(git.folder, '.dispatch', name);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-setup-'));
  git = new Git(join(root, 'repo'), join(root, 'git-home'), ownEnvironment()['PATH'] ?? '');
  mkdirSync(join(git.folder, '.dispatch'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the setup’s script', () => {
  test('is known by what is in it', async () => {
    expect(await findScript(git)).toEqual({ type: 'none' });
    writeFileSync(place('setup.sh'), 'one');
    const one = await findScript(git);
    writeFileSync(place('setup.sh'), 'two');
    const two = await findScript(git);
    expect([one.type, two.type]).toEqual(['found', 'found']);
    expect(one).not.toEqual(two);
  });

  test('may be a link inside the repository, and none that leads out', async () => {
    writeFileSync(join(git.folder, 'install.sh'), 'one');
    symlinkSync('../install.sh', place('setup.sh'));
    expect(await findScript(git)).toMatchObject({ type: 'found' });
    rmSync(place('setup.sh'));
    writeFileSync(join(root, 'outside.sh'), 'one');
    symlinkSync('../../outside.sh', place('setup.sh'));
    expect(await findScript(git)).toMatchObject({ type: 'refused' });
  });

  test('is no folder', async () => {
    mkdirSync(place('setup.sh'));
    expect(await findScript(git)).toMatchObject({
      type: 'refused',
      why: expect.stringMatching(/folder/) as string,
    });
  });
});

describe('the file about the environment', () => {
  test('is heeded', async () => {
    writeFileSync(place('environment.json'), '{"setupTimeoutSeconds":5}');
    expect(await readEnvironmentFile(git)).toEqual({
      environment: { setupTimeoutSeconds: 5 },
      complaint: '',
    });
  });

  test.each<[string, () => void, RegExp]>([
    ['no JSON', () => writeFileSync(place('environment.json'), '{'), /it is not JSON/],
    [
      'too large',
      () => writeFileSync(place('environment.json'), ' '.repeat(70_000)),
      /larger than 65536 bytes/,
    ],
    ['outside', () => symlinkSync('/etc/hostname', place('environment.json')), /leads out of the repository/],
    ['a pipe', () => execFileSync('mkfifo', [place('environment.json')]), /neither a file nor a folder/],
  ])('that is %s is complained about', async (_, make, words) => {
    make();
    const { environment, complaint } = await readEnvironmentFile(git);
    expect(environment).toEqual({});
    expect(complaint).toMatch(words);
  });

  test('need not be there', async () => {
    expect(await readEnvironmentFile(git)).toEqual({ environment: {}, complaint: '' });
  });
});
