import { type Bridge } from './bridge';
import { paginate, refuse, route, type Route } from './router';
import { presentedToken } from './token-registry';

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
    route('GET', '/app/hook/deliveries', async ({ request, url }) => {
      const authorization = request.headers.get('authorization') ?? '';
      // Emulate knows whether this is the App's own signature.
      const app = await bridge.emulate(new Request(`${bridge.url}/app`, { headers: { authorization } }));
      return app.ok ? paginate(url, bridge.webhooks.log.toReversed()) : app;
    }),
  ];
}
