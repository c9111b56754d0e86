import { vi } from 'vitest';
import { liveAccount, startLiveModal } from '@/testing/modal/live-modal';
import { ModalStandIn, STAND_IN_IMAGE } from '@/testing/modal/modal-stand-in';
import { describeSandboxContract } from '@/testing/sandbox-contract';
import type { ProviderUnderTest } from '@/testing/sandbox-under-test';
import { createModalSandboxes } from './sandboxes';

async function start(): Promise<ProviderUnderTest> {
  const standIn = await ModalStandIn.start();
  const account = { ...standIn.credentials, appName: 'dispatch-test' };
  return {
    provider: createModalSandboxes({ ...account, image: STAND_IN_IMAGE }),
    hidesLimits: true,
    stop: () => standIn.stop(),
  };
}

/** As a live run goes, image and files included, so that only Modal itself is left for that to show. */
async function startAsLive(): Promise<ProviderUnderTest> {
  const standIn = await ModalStandIn.start();
  const under = await startLiveModal(standIn.credentials);
  return { ...under, stop: () => standIn.stop() };
}

const live = liveAccount();

if (live.account === null) {
  const skipReason = await ModalStandIn.whyNoWall();
  describeSandboxContract({
    name: 'Modal, by its own SDK against a stand-in of its service',
    skipReason,
    start,
  });
  describeSandboxContract({
    name: 'Modal as in a live run, against the stand-in',
    skipReason,
    start: startAsLive,
  });
} else {
  vi.setConfig({ testTimeout: 300_000, hookTimeout: 900_000 });
}

const { account } = live;
describeSandboxContract({
  name: 'Modal itself',
  skipReason: account === null ? live.reason : null,
  start: () => {
    if (account === null) throw new Error('There is no account.');
    return startLiveModal(account);
  },
});
