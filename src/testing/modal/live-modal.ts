import { loadModal } from '@/integrations/modal/load-modal';
import { createModalSandboxes } from '@/integrations/modal/sandboxes';
import { FileLifeline } from '../file-lifeline';
import type { ProviderUnderTest } from '../sandbox-contract';
import { STAND_IN_SUPERVISOR } from '../sandbox-lifeline';

export interface LiveAccount {
  tokenId: string;
  tokenSecret: string;
}

/** An app and an image of the tests alone, so that no deployment is touched. */
const APP = 'dispatch-contract';
const IMAGE = 'dispatch-contract';

/** What the contract's tests use inside; the real image has more. */
const PACKAGES = 'git python3 python3-venv procps';

/** A line of a Dockerfile may not name a file of this machine, so what is written travels in the line. */
function writing(path: string, text: string): string {
  return `RUN echo ${Buffer.from(text).toString('base64')} | base64 -d > ${path}`;
}

/** The account that live tests are to use; null, and why, when they are not to run. */
export function liveAccount(): { account: LiveAccount } | { account: null; reason: string } {
  const { MODAL_LIVE, MODAL_TOKEN_ID: tokenId, MODAL_TOKEN_SECRET: tokenSecret } = process.env;
  if (MODAL_LIVE !== '1') return { account: null, reason: 'MODAL_LIVE is not 1' };
  if (tokenId === undefined || tokenSecret === undefined)
    return { account: null, reason: 'MODAL_TOKEN_ID and MODAL_TOKEN_SECRET are not set' };
  return { account: { tokenId, tokenSecret } };
}

/** Builds and publishes an image whose supervisor is the tests' own. Takes minutes when Modal has not built it yet. */
async function publishContractImage(account: LiveAccount): Promise<void> {
  const { ModalClient } = await loadModal();
  const client = new ModalClient(account);
  const app = await client.apps.fromName(APP, { createIfMissing: true });
  const image = await client.images
    .fromRegistry('node:24-bookworm-slim')
    .dockerfileCommands([`RUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGES}`])
    .dockerfileCommands([
      'RUN mkdir -p /workspace /home/agent /var/lib/dispatch /opt/dispatch/bin',
      writing('/opt/dispatch/supervisor.mjs', STAND_IN_SUPERVISOR),
    ])
    .build(app);
  await image.publish(IMAGE);
}

/** Modal, or what stands for it, as the contract's tests see it when sandboxes can't reach this machine. */
export async function startLiveModal(account: LiveAccount): Promise<ProviderUnderTest> {
  await publishContractImage(account);
  const lifeline = new FileLifeline(createModalSandboxes({ ...account, appName: APP, image: IMAGE }));
  return {
    provider: lifeline.provider,
    lifeline,
    // What Modal and Node's image give to every process.
    platformVariables: /^(MODAL_|NODE_VERSION$|YARN_VERSION$|HOSTNAME$|LANG$|LC_|TERM$|TZ$|SSL_|PYTHON)/,
    stop: () => Promise.resolve(),
  };
}
