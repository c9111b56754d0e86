import { publishSandboxImage } from '@/integrations/modal/publish-image';
import { createModalSandboxes } from '@/integrations/modal/sandboxes';
import { FileLifeline } from '../file-lifeline';
import type { ProviderUnderTest } from '../sandbox-under-test';
import { STAND_IN_SUPERVISOR } from '../sandbox-lifeline';

export interface LiveAccount {
  tokenId: string;
  tokenSecret: string;
}

/** An app and an image of the tests alone, so that no deployment is touched. */
const APP = 'dispatch-contract';
const IMAGE = 'dispatch-contract';

/** The account that live tests are to use; null, and why, when they are not to run. */
export function liveAccount(): { account: LiveAccount } | { account: null; reason: string } {
  const { MODAL_LIVE, MODAL_TOKEN_ID: tokenId, MODAL_TOKEN_SECRET: tokenSecret } = process.env;
  if (MODAL_LIVE !== '1') return { account: null, reason: 'MODAL_LIVE is not 1' };
  if (tokenId === undefined || tokenSecret === undefined)
    return { account: null, reason: 'MODAL_TOKEN_ID and MODAL_TOKEN_SECRET are not set' };
  return { account: { tokenId, tokenSecret } };
}

/** What the contract's tests need of an image. Takes minutes when Modal has not built it yet. */
async function publishContractImage(account: LiveAccount): Promise<void> {
  const supervisor = Buffer.from(STAND_IN_SUPERVISOR).toString('base64');
  await publishSandboxImage(
    { ...account, appName: APP },
    {
      name: IMAGE,
      base: 'node:24-bookworm-slim',
      layers: [
        ['RUN apt-get update && apt-get install -y --no-install-recommends procps python3 python3-venv'],
        [
          'RUN mkdir -p /workspace /var/lib/dispatch /home/agent /opt/dispatch',
          `RUN echo ${supervisor} | base64 -d > /opt/dispatch/supervisor.mjs`,
        ],
      ],
    },
  );
}

/** Modal, or what stands for it, as the contract's tests see it when sandboxes can't reach this machine. */
export async function startLiveModal(account: LiveAccount): Promise<ProviderUnderTest> {
  await publishContractImage(account);
  const lifeline = new FileLifeline(createModalSandboxes({ ...account, appName: APP, image: IMAGE }));
  return {
    provider: lifeline.provider,
    lifeline,
    hidesLimits: true,
    // What Modal and Node's image give to every process.
    platformVariables: /^(MODAL_|NODE_VERSION$|YARN_VERSION$|HOSTNAME$|LANG$|LC_|TERM$|TZ$|SSL_|PYTHON)/,
    stop: () => Promise.resolve(),
  };
}
