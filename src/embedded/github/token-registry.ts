import { randomUUID } from 'node:crypto';
import { type AccountType, type TokenOwner } from './emulate-internals';

/** Tokens as the state file keeps them. */
export interface TokenRecord {
  readonly token: string;
  readonly owner: TokenOwner;
  /** Milliseconds since 1970; none for a user's OAuth token. */
  readonly expiresAt?: number;
}

const INTERNAL = 'internal_';

/** The token in an Authorization header: a bearer's, or the password of Basic as git sends it. */
export function presentedToken(header: string | null): string | null {
  const [, scheme = '', value = ''] = /^(\S+)\s+(.+)$/.exec(header?.trim() ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'token':
      return value;
    case 'basic': {
      const [user = '', ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
      return password.join(':') || user; // GitHub takes the token in either place
    }
    default:
      return null;
  }
}

/** Which tokens are good and whom they stand for. Unlike emulate's own map it knows when one ends. */
export class TokenRegistry {
  readonly #owners: Map<string, TokenOwner>;
  readonly #expiresAt = new Map<string, number>();
  readonly #internal = new Map<string, string>();

  constructor(owners: Map<string, TokenOwner>) {
    this.#owners = owners;
  }

  ownerOf(token: string): TokenOwner | undefined {
    if ((this.#expiresAt.get(token) ?? Infinity) <= Date.now()) this.revoke(token);
    return this.#owners.get(token);
  }

  expire(token: string, at: number): void {
    this.#expiresAt.set(token, at);
  }

  /** As after an hour: every token of an installation is over. */
  expireInstallations(): void {
    for (const [token, { installation }] of this.#owners) {
      if (installation && !token.startsWith(INTERNAL)) this.revoke(token);
    }
  }

  revoke(token: string): void {
    this.#owners.delete(token);
    this.#expiresAt.delete(token);
  }

  /** A token of our own that reads everything of one account, to have rows formatted by emulate. */
  internal(login: string, accountId: number, accountType: AccountType): string {
    const account = `${accountType}/${accountId}`;
    const known = this.#internal.get(account);
    if (known) return known;
    const token = `${INTERNAL}${randomUUID()}`;
    const permissions = Object.fromEntries(
      ['contents', 'pull_requests', 'issues', 'checks', 'metadata'].map((name) => [name, 'read']),
    );
    this.#owners.set(token, {
      login,
      id: accountId,
      scopes: [],
      installation: {
        installationId: 0,
        appId: 0,
        accountId,
        accountType,
        permissions,
        repositoryIds: [],
        repositorySelection: 'all',
      },
    });
    this.#internal.set(account, token);
    return token;
  }

  snapshot(): TokenRecord[] {
    return [...this.#owners]
      .filter(([token]) => !token.startsWith(INTERNAL) && this.ownerOf(token))
      .map(([token, owner]) => {
        const expiresAt = this.#expiresAt.get(token);
        return expiresAt === undefined ? { token, owner } : { token, owner, expiresAt };
      });
  }

  restore(records: readonly TokenRecord[]): void {
    for (const { token, owner, expiresAt } of records) {
      this.#owners.set(token, owner);
      if (expiresAt !== undefined) this.expire(token, expiresAt);
    }
  }
}
