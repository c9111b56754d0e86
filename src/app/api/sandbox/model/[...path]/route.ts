import { after } from 'next/server';
import { container } from '@/container';
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
    const { deps, model } = container();
    const account = await authorizeModelCall(deps, sandboxIdentity(request));
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
