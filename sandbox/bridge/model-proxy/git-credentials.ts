import { CredentialsResponse } from '@/domain/wire/bridge';

/** What the agent's git asks below the proxy's secret path. */
export const GIT_CREDENTIALS = 'git-credentials';

const TIMEOUT_MS = 15_000;

/**
 * Asks Dispatch for a token that reads the session's repository, in the words of git's credential protocol. Each call
 * gets a fresh one, so a token that ended while the session ran is simply replaced; none is kept here.
 * Errors: any, when there is none to be had.
 */
export async function askGitCredentials(server: { serverUrl: string; token: string }): Promise<string> {
  const response = await fetch(`${server.serverUrl.replace(/\/+$/, '')}/api/sandbox/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`Dispatch gave no credentials (${response.status}).`);
  const { username, password } = CredentialsResponse.parse(await response.json());
  return `username=${username}\npassword=${password}\n`;
}

/**
 * Settings by which the agent's git asks for the credentials of one host, as environment variables: nothing secret is in
 * them but the proxy's address, which the agent knows, and git keeps what it gets for one command only.
 */
export function gitCredentialSettings(cloneUrl: string, proxyUrl: string): Record<string, string> {
  const script = 'fetch(process.argv[1]).then(async r=>{if(r.ok)process.stdout.write(await r.text())})';
  const ask = `'${process.execPath}' -e '${script}' '${proxyUrl}/${GIT_CREDENTIALS}'`;
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `credential.${new URL(cloneUrl).origin}.helper`,
    GIT_CONFIG_VALUE_0: `!f() { test "$1" = get && ${ask}; }; f`,
  };
}
