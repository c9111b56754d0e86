import { type Fetch, type RepositoryRow, type Store, type Tables } from './emulate-internals';
import { type PullRequests } from './pull-requests';
import { type RepositoryMirror } from './repository-mirror';
import { type TokenRegistry } from './token-registry';
import { type WebhookOutbox } from './webhook-outbox';

/** What the parts that answer requests share. */
export interface Bridge {
  /** Where the emulated GitHub is reached, without a slash at the end. */
  readonly url: string;
  readonly tables: Tables;
  readonly store: Store;
  readonly tokens: TokenRegistry;
  readonly mirror: RepositoryMirror;
  readonly pulls: PullRequests;
  readonly webhooks: WebhookOutbox;
  /** Emulate's own application, behind everything that stands in front of it. */
  readonly emulate: Fetch;
}

/** The repository of a path, whose last part may end in `.git`. */
export function findRepository(tables: Tables, owner: string, name: string): RepositoryRow | undefined {
  return tables.repos.findOneBy('full_name', `${owner}/${name.replace(/[.]git$/, '')}`);
}

/** Emulate's own answer about something of a repository, whoever asks; undefined when it has none. */
export async function describe(
  bridge: Pick<Bridge, 'tokens' | 'emulate' | 'url'>,
  repository: RepositoryRow,
  path = '',
): Promise<object | undefined> {
  const [login = ''] = repository.full_name.split('/');
  const token = bridge.tokens.internal(login, repository.owner_id, repository.owner_type);
  const request = new Request(`${bridge.url}/repos/${repository.full_name}${path}`, {
    headers: { authorization: `token ${token}` },
  });
  const response = await bridge.emulate(request);
  // Emulate answers every such GET with an object or an array, and both are objects.
  return response.ok ? ((await response.json()) as object) : undefined;
}
