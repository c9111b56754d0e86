import { messageOf } from '@/domain/errors';
import { ApiClient } from '../api-client';
import { readConfig, writeConfig } from '../config-file';
import type { CommandResult } from '../run-command';
import { serverOf, type Terminal } from '../terminal';

/** Makes the kept token of a server worthless and forgets it, even when the server is away. */
export async function logout(terminal: Terminal, options: { server?: string }): Promise<CommandResult> {
  const { environment, err } = terminal;
  const config = readConfig(environment.configFolder);
  const server = serverOf(terminal, options.server);
  const { [server]: kept, ...servers } = config.servers;
  if (!kept) {
    err(`You were not signed in to ${server}.\n`);
    return { json: { server, revoked: false } };
  }
  const failure = await new ApiClient(server, kept.token)
    .call((client) => client.auth.signOut.mutate())
    .then(() => null, messageOf);
  writeConfig(environment.configFolder, { ...config, servers });
  err(
    failure === null
      ? `Signed out of ${server}.\n`
      : `Forgotten here, but not revoked: ${failure} Revoke it in the settings of ${server}.\n`,
  );
  return { json: { server, revoked: failure === null } };
}
