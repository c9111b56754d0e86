import { container } from '@/container';
import { SyncRequest } from '@/domain/wire/bridge';
import { ingestSync } from '@/services/sandboxes/ingest-sync';
import { waitForCommands } from '@/services/sandboxes/wait-for-commands';
import { jsonResponse } from '../../with-length';
import { sandboxIdentity, sandboxRoute, wireError } from '../sandbox-route';

export const maxDuration = 60;

export const POST = sandboxRoute(SyncRequest, ingestSync);

/** The long poll, for a bridge whose doorbell is away. */
export async function GET(request: Request): Promise<Response> {
  try {
    const identity = sandboxIdentity(request);
    const query = new URL(request.url).searchParams;
    const asked = {
      acked: wholeNumber(query.get('acked')),
      waitSeconds: wholeNumber(query.get('wait')),
    };
    return jsonResponse(await waitForCommands(container().deps, identity, asked));
  } catch (error) {
    return wireError(error);
  }
}

function wholeNumber(text: string | null): number {
  return Math.max(0, Math.trunc(Number(text)) || 0);
}
