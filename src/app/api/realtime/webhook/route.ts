import { container } from '@/container';
import { receiveRealtimeWebhook } from '@/services/realtime/receive-webhook';
import { wireError } from '../../sandbox/sandbox-route';

export async function POST(request: Request): Promise<Response> {
  try {
    await receiveRealtimeWebhook(container().deps, {
      body: await request.text(),
      key: request.headers.get('x-pusher-key'),
      signature: request.headers.get('x-pusher-signature'),
    });
    return new Response(null, { status: 204 });
  } catch (error) {
    return wireError(error);
  }
}
