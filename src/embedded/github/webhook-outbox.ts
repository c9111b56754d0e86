import { createHmac, randomUUID } from 'node:crypto';
import {
  type InstallationRow,
  type RepositoryRow,
  type Tables,
  type WebhookDispatcher,
} from './emulate-internals';

export interface WebhookEvent {
  readonly event: string;
  readonly action?: string | undefined;
  readonly payload: object;
  readonly owner: string;
  readonly repository?: RepositoryRow | undefined;
}

/** One attempt to deliver an event to the App's webhook, in the words of GitHub's delivery list. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation_id: number;
  readonly delivered_at: string;
  /** 0 when nobody answered. */
  readonly status_code: number;
  readonly status: string;
}

interface SentRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly named: Pick<Delivery, 'guid' | 'event' | 'action' | 'installation_id'>;
}

const TIMEOUT_MS = 10_000; // GitHub's own patience
const LOG_LENGTH = 1000;

export function signatureHeaders(body: string, secret: string | null | undefined): Record<string, string> {
  if (!secret) return {};
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

/**
 * Delivers events one after the other, to the webhooks of repositories and to the App's. As at
 * GitHub a delivery has a GUID and a signature and is tried once. The request that caused an event
 * never waits for it.
 */
export class WebhookOutbox {
  /** The newest attempts, oldest first. */
  readonly log: Delivery[] = [];
  /** What was sent in each of them, to be sent again. */
  readonly #sent = new Map<number, SentRequest>();
  readonly #tables: Tables;
  readonly #sendToHooks: WebhookDispatcher['dispatch'];
  readonly #closing = new AbortController();
  #last: Promise<void> = Promise.resolve();

  /** @param sendToHooks emulate's own delivery to the webhooks that repositories and organizations registered */
  constructor(tables: Tables, sendToHooks: WebhookDispatcher['dispatch']) {
    this.#tables = tables;
    this.#sendToHooks = sendToHooks;
  }

  /** `build` runs when it is its turn, so that a payload says how things stand after the request. */
  add(build: () => Promise<readonly WebhookEvent[]>): void {
    this.#last = this.#last
      .then(async () => {
        if (this.#closing.signal.aborted) return;
        for (const event of await build()) await this.#deliver(event);
      })
      .catch((error: unknown) => {
        console.error('The emulated GitHub could not deliver a webhook:', error);
      });
  }

  /** Resolves when all that was added has been tried. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#last;
  }

  async #deliver(event: WebhookEvent): Promise<void> {
    await this.#sendToHooks(event.event, event.action, event.payload, event.owner, event.repository?.name);
    for (const installation of this.#tables.appInstallations.findBy('account_login', event.owner)) {
      if (!installation.suspended_at && this.#isFor(installation, event)) {
        await this.#sendToApp(installation, event);
      }
    }
  }

  #isFor(installation: InstallationRow, { repository }: WebhookEvent): boolean {
    const isAll = installation.repository_selection === 'all';
    return isAll || !repository || installation.repository_ids.includes(repository.id);
  }

  async #sendToApp(installation: InstallationRow, { event, action, payload }: WebhookEvent): Promise<void> {
    const app = this.#tables.apps.all().find(({ app_id }) => app_id === installation.app_id);
    if (!app?.webhook_url || !(app.events.includes(event) || app.events.includes('*'))) return;
    const id = installation.installation_id;
    const body = JSON.stringify({ ...payload, installation: { id, node_id: `installation-${id}` } });
    const guid = randomUUID();
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/emulate',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-github-hook-id': String(app.app_id),
      'x-github-hook-installation-target-type': 'integration',
      'x-github-hook-installation-target-id': String(app.app_id),
      ...signatureHeaders(body, app.webhook_secret),
    };
    const named = { guid, event, action: action ?? null, installation_id: id };
    await this.#attempt({ url: app.webhook_url, headers, body, named });
  }

  async #attempt(sent: SentRequest): Promise<void> {
    const { url, headers, body, named } = sent;
    const delivered_at = new Date().toISOString();
    const outcome = await this.#post(url, headers, body);
    const id = (this.log.at(-1)?.id ?? 0) + 1;
    this.log.push({ id, ...named, delivered_at, ...outcome });
    this.#sent.set(id, sent);
    if (this.log.length > LOG_LENGTH) this.#sent.delete(this.log.shift()?.id ?? 0);
  }

  /** Sends what was sent once more: the same bytes under the same GUID. False for an attempt that is not known. */
  redeliver(attemptId: number): boolean {
    const sent = this.#sent.get(attemptId);
    if (!sent) return false;
    this.#last = this.#last.then(() => this.#attempt(sent));
    return true;
  }

  async #post(url: string, headers: Record<string, string>, body: string) {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal });
      await response.body?.cancel();
      return { status_code: response.status, status: response.statusText || 'OK' };
    } catch (error) {
      // The application may not be up yet; the log says what became of the delivery.
      return { status_code: 0, status: error instanceof Error ? error.message : String(error) };
    }
  }
}
