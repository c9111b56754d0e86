import { after } from 'next/server';
import { container } from '@/container';
import { AppError } from '@/domain/errors';
import { forwardCall } from '@/integrations/models/forward-call';
import { authorizeModelCall } from '@/services/models/authorize-model-call';
import { recordUsage } from '@/services/models/record-usage';
import { sandboxIdentity, wireError } from '../../sandbox-route';

/** A model may think for long: the most that the platform allows. */
export const maxDuration = 800;

async function handle(
  request: Request,
  { params }: { params: Promise<{ path: string[] }> },
): Promise<Response> {
  const usage = Promise.withResolvers<Parameters<typeof recordUsage>[2] | null>();
  try {
    const { deps, models } = container();
    const { account, modelId } = await authorizeModelCall(deps, sandboxIdentity(request));
    const model = models.find(({ ref }) => ref.id === modelId);
    if (!model) throw new AppError('model_unavailable', `The model ${modelId} is not here any more.`);
    after(async () => {
      const used = await usage.promise;
      if (used) await recordUsage(deps, account, used);
    });
    return await forwardCall({
      request,
      path: (await params).path.join('/'),
      model,
      onUsage: (used) => {
        usage.resolve(used);
        return Promise.resolve();
      },
    });
  } catch (error) {
    // Nothing was answered, so nothing was used; the function must not live on waiting for it.
    usage.resolve(null);
    return wireError(error);
  }
}

export { handle as GET, handle as POST };
