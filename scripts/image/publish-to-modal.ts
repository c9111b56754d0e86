import { z } from 'zod';
import { publishSandboxImage } from '@/integrations/modal/publish-image';
import { baseImageOf, dockerfileLayers } from '../../sandbox/image/dockerfile';
import type { Recipe } from '../../sandbox/image/recipe';

/** As the app reads them. */
const Variables = z.object({
  MODAL_TOKEN_ID: z.string().min(1),
  MODAL_TOKEN_SECRET: z.string().min(1),
  MODAL_ENVIRONMENT: z.string().min(1).optional(),
  MODAL_IMAGE: z.string().min(1).default('dispatch-sandbox'),
});

/**
 * Has Modal build the recipe and publish it under the name that the app starts sandboxes from; answers name and id.
 * Errors: variables that are missing, and `sandbox_unavailable`.
 */
export async function publishToModal(
  recipe: Recipe,
  environment: NodeJS.ProcessEnv,
): Promise<{ name: string; imageId: string }> {
  const variables = Variables.safeParse(environment);
  if (!variables.success) throw new Error(`A token of Modal is needed:\n${z.prettifyError(variables.error)}`);
  const { MODAL_TOKEN_ID, MODAL_TOKEN_SECRET, MODAL_ENVIRONMENT, MODAL_IMAGE: name } = variables.data;
  const account = {
    ...{ tokenId: MODAL_TOKEN_ID, tokenSecret: MODAL_TOKEN_SECRET, environment: MODAL_ENVIRONMENT },
    // An app of its own: a build belongs to no deployment.
    appName: 'dispatch-images',
  };
  const layers = dockerfileLayers(recipe).map(({ commands }) => commands);
  const imageId = await publishSandboxImage(account, { name, base: baseImageOf(recipe), layers });
  return { name, imageId };
}
