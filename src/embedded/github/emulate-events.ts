import { randomUUID } from 'node:crypto';
import { describe, type Bridge } from './bridge';
import { type Internals, type WebhookDispatcher } from './emulate-internals';
import { signatureHeaders } from './webhook-outbox';

/** Adds GUIDs to the deliveries that emulate makes itself, to the webhooks of repositories. */
export function nameDeliveries({ webhooks }: Internals): void {
  webhooks.setHeaderFactory(({ event, body, subscription }) => ({
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-github-hook-id': String(subscription.id),
    ...signatureHeaders(body, subscription.secret),
  }));
}

/** Has emulate's own events go out by the outbox. Moves of refs are told from git, better than it does. */
export function rerouteEvents(bridge: Bridge, { webhooks, tables }: Internals): void {
  webhooks.dispatch = (
    ...[event, action, payload, owner, name]: Parameters<WebhookDispatcher['dispatch']>
  ) => {
    const repository = tables.repos.findOneBy('full_name', `${owner}/${name ?? ''}`);
    if (event === 'push' || event === 'create') return Promise.resolve();
    bridge.webhooks.add(async () => {
      // Emulate's payloads are objects that become JSON.
      const said = payload as { readonly pull_request?: { readonly number: number } };
      if (!repository) return [{ event, action, payload: said, owner }];
      // Waits for the request that caused this, which still corrects what emulate wrote.
      await bridge.mirror.exclusive(repository.id, () => Promise.resolve());
      const number = said.pull_request?.number;
      const pull_request = number && (await describe(bridge, repository, `/pulls/${number}`));
      const corrected = pull_request ? { ...said, number, pull_request } : said;
      return [{ event, action, payload: corrected, owner, repository }];
    });
    return Promise.resolve();
  };
}
