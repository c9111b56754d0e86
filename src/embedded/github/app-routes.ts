import { type Bridge } from './bridge';
import { notFound, paginate, refuse, route, type Route } from './router';
import { presentedToken } from './token-registry';

/** Emulate knows whether this is the App's own signature. */
function askAsApp({ emulate, url }: Bridge, request: Request): Promise<Response> {
  const authorization = request.headers.get('authorization') ?? '';
  return Promise.resolve(emulate(new Request(`${url}/app`, { headers: { authorization } })));
}

/** What GitHub has for Apps and emulate has not: tokens that end, and the list of deliveries. */
export function appRoutes(bridge: Bridge): Route[] {
  return [
    route('POST', '/app/installations/:id/access_tokens', async ({ request }) => {
      const response = await bridge.emulate(request);
      if (response.status !== 201) return response;
      // Emulate's own answer, which has both.
      const answer = (await response.json()) as { token: string; expires_at: string };
      bridge.tokens.expire(answer.token, Date.parse(answer.expires_at));
      return Response.json(answer, { status: 201 });
    }),
    route('DELETE', '/installation/token', async ({ request, owner }) => {
      const token = presentedToken(request.headers.get('authorization'));
      if (!token || !owner?.installation) return refuse(401, 'Requires authentication');
      bridge.tokens.revoke(token);
      return new Response(null, { status: 204 });
    }),
    route('POST', '/app/hook/deliveries/:id/attempts', async ({ request, params }) => {
      const app = await askAsApp(bridge, request);
      if (!app.ok) return app;
      return bridge.webhooks.redeliver(Number(params.id)) ? new Response(null, { status: 202 }) : notFound();
    }),
    // The App is installed already: its page sends people back to whom it belongs, as GitHub does after an install.
    route('GET', '/apps/:slug/installations/new', async ({ params }) => {
      const app = bridge.tables.apps.findOneBy('slug', params.slug);
      if (!app?.webhook_url) return notFound();
      const back = new URL('/settings/repositories', app.webhook_url);
      return new Response(null, { status: 302, headers: { location: back.href } });
    }),
    route('GET', '/app/hook/deliveries', async ({ request, url }) => {
      const app = await askAsApp(bridge, request);
      return app.ok ? paginate(url, bridge.webhooks.log.toReversed()) : app;
    }),
  ];
}
