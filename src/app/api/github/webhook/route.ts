import { container } from '@/container';
import { receiveDelivery } from '@/services/github/receive-delivery';
import { wireError } from '../../sandbox/sandbox-route';

export async function POST(request: Request): Promise<Response> {
  try {
    const { headers } = request;
    await receiveDelivery(container().deps, {
      // Signed to the byte: as text it is what was sent only if it was UTF-8, and GitHub's JSON is.
      body: await request.text(),
      signature: headers.get('x-hub-signature-256'),
      id: headers.get('x-github-delivery'),
      event: headers.get('x-github-event'),
    });
    return new Response(null, { status: 202 });
  } catch (error) {
    return wireError(error);
  }
}
