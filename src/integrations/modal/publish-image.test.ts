import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { specOf, useModalBench } from '@/testing/modal/modal-bench';
import { publishSandboxImage } from './publish-image';
import { sandboxImageLayers } from './sandbox-image';

const run = promisify(execFile);
const bench = useModalBench();

test('what is published is what a sandbox starts from', async () => {
  const { standIn, provider } = bench();
  const account = { ...standIn.credentials, appName: 'dispatch-test' };
  const contents = { opencodeVersion: '1.0.0', programs: { 'supervisor.mjs': '', 'bridge.mjs': '' } };
  const imageId = await publishSandboxImage(account, { name: 'another:v1', ...contents });
  await provider({ image: 'another:v1' }).create(specOf());
  const [create] = standIn.faults.calls.filter(({ method }) => method === 'sandboxCreateV2');
  expect(create?.request).toMatchObject({ definition: { imageId } });
});

test('a token that is not one is refused', async () => {
  const account = { tokenId: 'ak-another', tokenSecret: 'as-another', appName: 'dispatch-test' };
  const contents = { opencodeVersion: '1.0.0', programs: {} };
  await expect(publishSandboxImage(account, { name: 'another', ...contents })).rejects.toMatchObject({
    ...{ code: 'sandbox_unavailable', details: { why: 'credentials' } },
  });
});

test('programs come out of the commands as they went in, however large', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dispatch-image-'));
  // Random, so that compressing it does not make it small.
  const bridge = `// é \n${randomBytes(200_000).toString('hex')}`;
  const programs = { 'supervisor.mjs': 'supervise();', 'bridge.mjs': bridge };
  const commands = sandboxImageLayers({ opencodeVersion: '1.0.0', programs }).at(-1) ?? [];
  for (const command of commands) {
    const script = command.replace(/^RUN /, '').replaceAll('/opt/dispatch', folder);
    await run('sh', ['-c', script]);
  }
  expect(await readFile(join(folder, 'supervisor.mjs'), 'utf8')).toBe(programs['supervisor.mjs']);
  expect(await readFile(join(folder, 'bridge.mjs'), 'utf8')).toBe(bridge);
  await rm(folder, { recursive: true });
});
