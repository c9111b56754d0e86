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
  try {
    const { deps, model } = container();
    const account = await authorizeModelCall(deps, sandboxIdentity(request));
    const usage = Promise.withResolvers<Parameters<typeof recordUsage>[2]>();
    after(async () => recordUsage(deps, account, await usage.promise));
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
    return wireError(error);
  }
}

export { handle as GET, handle as POST };
