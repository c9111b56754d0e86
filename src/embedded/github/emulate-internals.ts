/**
 * The parts of `emulate` 0.12.2 that the bridge to real git touches, as far as it touches them.
 * The package types none of this, so these shapes were read off its code; the exact version is
 * checked before they are trusted (see create-emulator.ts).
 */

/** Anything that answers a web request: emulate's application, and what stands in front of it. */
export type Fetch = (request: Request) => Promise<Response>;

export interface Row {
  readonly id: number;
}

/** One of emulate's tables: an in-memory collection with a numeric key. */
export interface Table<T extends Row> {
  insert(row: Omit<T, 'id'>): T;
  get(id: number): T | undefined;
  findBy(field: keyof T & string, value: string | number): T[];
  findOneBy(field: keyof T & string, value: string | number): T | undefined;
  update(id: number, change: Partial<Omit<T, 'id'>>): T | undefined;
  delete(id: number): boolean;
  all(): T[];
}

export type AccountType = 'User' | 'Organization';

interface UserRow extends Row {
  readonly login: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly type: string;
}

interface OrganizationRow extends Row {
  readonly login: string;
  readonly default_repository_permission: string;
}

interface TeamRow extends Row {
  readonly org_id: number;
  readonly slug: string;
  readonly permission: string;
}

interface TeamMemberRow extends Row {
  readonly team_id: number;
  readonly user_id: number;
  readonly role: string;
}

interface CollaboratorRow extends Row {
  readonly repo_id: number;
  readonly user_id: number;
  readonly permission: string;
}

export interface RepositoryRow extends Row {
  readonly name: string;
  readonly full_name: string;
  readonly owner_id: number;
  readonly owner_type: AccountType;
  readonly private: boolean;
  readonly default_branch: string;
  readonly pushed_at: string | null;
}

interface RefRow extends Row {
  readonly repo_id: number;
  readonly ref: string;
  readonly sha: string;
  readonly node_id: string;
}

interface BranchRow extends Row {
  readonly repo_id: number;
  readonly name: string;
  readonly sha: string;
  readonly protected: boolean;
}

interface BlobRow extends Row {
  readonly repo_id: number;
  readonly sha: string;
  readonly node_id: string;
  readonly content: string;
  readonly encoding: 'utf-8' | 'base64';
  readonly size: number;
}

export interface TreeEntry {
  readonly path: string;
  /** Six digits, as GitHub's API writes it: a folder is `040000`. */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size?: number;
}

interface TreeRow extends Row {
  readonly repo_id: number;
  readonly sha: string;
  readonly node_id: string;
  readonly tree: readonly TreeEntry[];
  readonly truncated: boolean;
}

/** What a commit says; dates are ISO 8601 with the author's own offset. */
export interface CommitFields {
  readonly message: string;
  readonly author_name: string;
  readonly author_email: string;
  readonly author_date: string;
  readonly committer_name: string;
  readonly committer_email: string;
  readonly committer_date: string;
  readonly tree_sha: string;
  readonly parent_shas: readonly string[];
}

export interface CommitRow extends Row, CommitFields {
  readonly repo_id: number;
  readonly sha: string;
  readonly node_id: string;
  readonly user_id: number | null;
}

export interface TagFields {
  readonly tag: string;
  readonly message: string;
  readonly tagger_name: string;
  readonly tagger_email: string;
  readonly tagger_date: string;
  readonly object_type: string;
  readonly object_sha: string;
}

interface TagRow extends Row, TagFields {
  readonly repo_id: number;
  readonly sha: string;
  readonly node_id: string;
}

export interface PullRequestRow extends Row {
  readonly repo_id: number;
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly head_ref: string;
  readonly head_sha: string;
  readonly head_repo_id: number;
  readonly base_ref: string;
  readonly base_sha: string;
  readonly merge_commit_sha: string | null;
  readonly mergeable: boolean | null;
  readonly mergeable_state: string;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changed_files: number;
}

interface OAuthAppRow extends Row {
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uris: readonly string[];
}

interface AppRow extends Row {
  readonly app_id: number;
  readonly slug: string;
  readonly events: readonly string[];
  readonly webhook_url: string | null;
  readonly webhook_secret: string | null;
}

export interface InstallationRow extends Row {
  readonly installation_id: number;
  readonly app_id: number;
  readonly account_login: string;
  readonly repository_selection: 'all' | 'selected';
  readonly repository_ids: readonly number[];
  readonly suspended_at: string | null;
}

export interface Tables {
  readonly users: Table<UserRow>;
  readonly orgs: Table<OrganizationRow>;
  readonly teams: Table<TeamRow>;
  readonly teamMembers: Table<TeamMemberRow>;
  readonly collaborators: Table<CollaboratorRow>;
  readonly repos: Table<RepositoryRow>;
  readonly refs: Table<RefRow>;
  readonly branches: Table<BranchRow>;
  readonly blobs: Table<BlobRow>;
  readonly trees: Table<TreeRow>;
  readonly commits: Table<CommitRow>;
  readonly tags: Table<TagRow>;
  readonly pullRequests: Table<PullRequestRow>;
  readonly oauthApps: Table<OAuthAppRow>;
  readonly apps: Table<AppRow>;
  readonly appInstallations: Table<InstallationRow>;
}

interface TableSnapshot {
  readonly items: readonly unknown[];
  readonly autoId: number;
  readonly indexFields: readonly string[];
}

export interface StoreSnapshot {
  readonly collections: Readonly<Record<string, TableSnapshot>>;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Store {
  collection<T extends Row>(name: string, indexFields: readonly string[]): Table<T>;
  snapshot(): StoreSnapshot;
  restore(snapshot: StoreSnapshot): void;
}

/** Whom a token stands for. An installation's token carries what it was granted. */
export interface TokenOwner {
  readonly login: string;
  readonly id: number;
  readonly scopes: readonly string[];
  readonly installation?: {
    readonly installationId: number;
    readonly appId: number;
    readonly accountId: number;
    readonly accountType: AccountType;
    readonly permissions: Readonly<Record<string, string>>;
    readonly repositoryIds: readonly number[];
    readonly repositorySelection: 'all' | 'selected';
  };
}

export interface WebhookDispatcher {
  dispatch(
    event: string,
    action: string | undefined,
    payload: unknown,
    owner: string,
    repo?: string,
  ): Promise<void>;
  setHeaderFactory(
    factory: (context: {
      readonly event: string;
      readonly body: string;
      readonly subscription: { readonly id: number; readonly secret?: string };
    }) => Record<string, string>,
  ): void;
}

/** What emulate hands to a service's plugin when an emulator starts, with its tables resolved. */
export interface Internals {
  readonly app: { fetch: Fetch };
  readonly store: Store;
  readonly tables: Tables;
  readonly webhooks: WebhookDispatcher;
  readonly tokens: Map<string, TokenOwner>;
  /** Where the emulator is reached, without a slash at the end. */
  readonly url: string;
}
