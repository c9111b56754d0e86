import type { ModalAccount } from './connection';
import { loadModal } from './load-modal';
import { refusalOf } from './refusal';
import { SANDBOX_BASE_IMAGE, type SandboxImageContents, sandboxImageLayers } from './sandbox-image';

/**
 * Builds the image that sandboxes start from and publishes it under `name` (`name` or `name:tag`); answers its id.
 * Modal builds only layers that it has not built before, so without a change this takes seconds, and minutes else:
 * for a command line, never on a request's way. Errors: `sandbox_unavailable`.
 */
export async function publishSandboxImage(
  account: ModalAccount,
  { name, ...contents }: SandboxImageContents & { name: string },
): Promise<string> {
  const { ModalClient } = await loadModal();
  const { tokenId, tokenSecret, environment } = account;
  try {
    const client = new ModalClient({
      ...{ tokenId, tokenSecret },
      ...(environment === undefined ? {} : { environment }),
    });
    const app = await client.apps.fromName(account.appName, { createIfMissing: true });
    const base = client.images.fromRegistry(SANDBOX_BASE_IMAGE);
    const layers = sandboxImageLayers(contents);
    const image = await layers.reduce((built, layer) => built.dockerfileCommands(layer), base).build(app);
    await image.publish(name);
    return image.imageId;
  } catch (error) {
    throw refusalOf(error, `build the image “${name}”`);
  }
}
