import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseWall } from '@/embedded/sandboxes/choose-wall';
import { type SandboxMode } from '@/embedded/sandboxes/wall';
import { describeSandboxContract } from '@/testing/sandbox-contract';
import { type ProviderUnderTest } from '@/testing/sandbox-under-test';
import { SandboxHostProcess, standInTools } from '@/testing/sandbox-host-process';
import { describeBwrapWall } from '@/testing/bwrap-wall-contract';
import { createLocalSandboxes } from './sandboxes';

async function whyNoBwrap(): Promise<string | null> {
  const dataDir = await mkdtemp(join(tmpdir(), 'dispatch-choose-'));
  const tools = await standInTools(join(dataDir, 'tools'));
  const { wall, notice } = await chooseWall({ dataDir, tools, mode: 'auto' });
  await rm(dataDir, { recursive: true });
  return wall.mode === 'bwrap' ? null : notice;
}

async function start(mode: SandboxMode): Promise<ProviderUnderTest> {
  const host = await SandboxHostProcess.start(mode);
  return {
    provider: createLocalSandboxes({ url: host.url, secret: host.secret }),
    exitOf: ({ id }) => host.exitOf(id),
    restart: () => host.restart(),
    stop: () => host.stop(),
  };
}

describeSandboxContract({
  name: 'the local provider with bubblewrap',
  skipReason: await whyNoBwrap(),
  start: () => start('bwrap'),
  more: describeBwrapWall,
});

describeSandboxContract({
  name: 'the local provider with plain processes',
  skipReason: null,
  start: () => start('process'),
});
