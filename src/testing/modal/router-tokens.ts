import { randomUUID } from 'node:crypto';

/** The SDK asks for a new token only when the one it has ends within 30 s. */
const LIFE_SECONDS = 20;

/** Who may speak with the processes of a sandbox. */
export class RouterTokens {
  readonly #valid = new Set<string>();
  #port = 0;

  servedAt(port: number): void {
    this.#port = port;
  }

  issue(): { jwt: string; url: string } {
    const claims = { exp: Math.floor(Date.now() / 1_000) + LIFE_SECONDS, id: randomUUID() };
    const jwt = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.none`;
    this.#valid.add(jwt);
    // The SDK insists on this scheme, and leaves TLS out where the server is of this machine.
    return { jwt, url: `https://127.0.0.1:${this.#port}` };
  }

  isValid(authorization: unknown): boolean {
    return typeof authorization === 'string' && this.#valid.has(authorization.replace(/^Bearer /, ''));
  }

  /** Every token that was issued is refused from now on. */
  expire(): void {
    this.#valid.clear();
  }
}
