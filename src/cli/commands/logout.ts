import { messageOf } from '@/domain/errors';
import { ApiClient } from '../api-client';
import { readConfig, removeConfig } from '../config-file';
import type { CommandResult } from '../run-command';
import type { Terminal } from '../terminal';

/** Makes the kept token worthless and forgets it, even when the server is away. */
export async function logout({ environment, err }: Terminal): Promise<CommandResult> {
  const config = readConfig(environment.configFolder);
  if (!config) {
    err('You were not signed in.\n');
    return { json: { revoked: false } };
  }
  const failure = await new ApiClient(config.server, config.token)
    .call((client) => client.auth.signOut.mutate())
    .then(() => null, messageOf);
  removeConfig(environment.configFolder);
  err(
    failure === null
      ? `Signed out of ${config.server}.\n`
      : `Forgotten here, but not revoked: ${failure} Revoke it in the settings of ${config.server}.\n`,
  );
  return { json: { revoked: failure === null } };
}
