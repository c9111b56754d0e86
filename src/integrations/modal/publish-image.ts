import type { ModalAccount } from './connection';
import { loadModal } from './load-modal';
import { refusalOf } from './refusal';

/** An image as Modal builds it: a public one, and commands of a Dockerfile that are put on it, a layer each list. */
export interface ImageBuild {
  /** What it is published as: `name` or `name:tag`. */
  name: string;
  base: string;
  layers: readonly (readonly string[])[];
}

/**
 * Builds an image and publishes it under its name; answers its id. Modal builds only layers that it has not built before,
 * so without a change this takes seconds, and minutes else: for a command line, never on a request's way. Errors:
 * `sandbox_unavailable`.
 */
export async function publishSandboxImage(
  account: ModalAccount,
  { name, base, layers }: ImageBuild,
): Promise<string> {
  const { ModalClient } = await loadModal();
  const { tokenId, tokenSecret, environment } = account;
  try {
    const client = new ModalClient({
      ...{ tokenId, tokenSecret },
      ...(environment === undefined ? {} : { environment }),
    });
    const app = await client.apps.fromName(account.appName, { createIfMissing: true });
    const begun = client.images.fromRegistry(base);
    const image = await layers
      .reduce((built, layer) => built.dockerfileCommands([...layer]), begun)
      .build(app);
    await image.publish(name);
    return image.imageId;
  } catch (error) {
    throw refusalOf(error, `build the image “${name}”`);
  }
}
