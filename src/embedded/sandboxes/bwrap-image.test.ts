import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { imageMounts } from './bwrap-image';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-image-root-'));
  for (const name of ['root/usr', 'root/etc', 'root/opt/dispatch']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  symlinkSync('usr/bin', join(folder, 'root/bin'));
  symlinkSync('root', join(folder, 'current'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('shows the programs of the image and none of the machine’s, and says where its browser is', async () => {
  const image = { name: 'dispatch-base:0', env: { PLAYWRIGHT_BROWSERS_PATH: '/ms-playwright' } };
  writeFileSync(join(folder, 'root/opt/dispatch/image.json'), JSON.stringify(image));
  const mounts = await imageMounts(join(folder, 'current'), join(folder, 'etc'));
  const root = join(folder, 'root');
  expect(mounts).toEqual(
    expect.arrayContaining([
      ['--ro-bind', join(root, 'usr'), '/usr'],
      ['--symlink', 'usr/bin', '/bin'],
      ['--ro-bind', join(root, 'etc'), '/etc'],
      ['--ro-bind', join(root, 'opt/dispatch/bin'), '/opt/dispatch/bin'],
      ['--ro-bind', join(folder, 'etc/passwd'), '/etc/passwd'],
      ['--setenv', 'PLAYWRIGHT_BROWSERS_PATH', '/ms-playwright'],
    ]),
  );
  const shown = mounts.filter(([option]) => option === '--ro-bind').map(([, , target]) => target);
  expect(shown.indexOf('/etc')).toBeLessThan(shown.indexOf('/etc/passwd'));
  const machines = mounts.filter(
    ([option, source = '']) => option === '--ro-bind' && !source.startsWith(folder),
  );
  expect(machines.map(([, , target]) => target)).toEqual(
    expect.not.arrayContaining(['/usr', '/bin', '/lib', '/etc']),
  );
});

it('says what to type where there is no image', async () => {
  await expect(imageMounts(join(folder, 'root'), join(folder, 'etc'))).rejects.toThrow(
    'which is no image. Type: npm run image -- --local',
  );
});
