import { readConfig, serverFor, writeConfig } from '../config-file';
import { visibleLine } from '../print/visible-text';
import type { CommandResult } from '../run-command';
import { serverOf, type Terminal } from '../terminal';

interface ConfigOptions {
  /** Only for commands that are given in this folder or below it. */
  here?: boolean;
  /** Forget the choice for this folder. */
  unset?: boolean;
}

/** Shows which server commands go to, or chooses it: for everything, or for the folder that one is in. */
export async function config(
  terminal: Terminal,
  address: string | undefined,
  { here = false, unset = false }: ConfigOptions,
): Promise<CommandResult> {
  const { environment, cwd } = terminal;
  const kept = readConfig(environment.configFolder);
  if (unset) {
    const { [cwd]: _forgotten, ...folders } = kept.folders;
    writeConfig(environment.configFolder, { ...kept, folders });
  } else if (address !== undefined) {
    const server = serverOf(terminal, address);
    const chosen = here ? { folders: { ...kept.folders, [cwd]: server } } : { server };
    writeConfig(environment.configFolder, { ...kept, ...chosen });
    if (!kept.servers[server]) {
      terminal.err(`You are not signed in there yet. Run: dispatch login --server ${server}\n`);
    }
  }
  return tell(terminal);
}

function tell(terminal: Terminal): CommandResult {
  const { environment, cwd, isJson, out } = terminal;
  const kept = readConfig(environment.configFolder);
  const server = serverOf(terminal);
  const servers = Object.keys(kept.servers);
  if (!isJson) {
    const why =
      environment.server !== undefined
        ? ' (by DISPATCH_SERVER)'
        : ownWords(serverFor(kept, cwd), kept.server);
    const folders = Object.entries(kept.folders).map(
      ([folder, at]) => `folder     ${visibleLine(folder)} → ${at}`,
    );
    const signedIn = servers.map((at) => `signed in  ${at}`);
    out(`${[`server     ${server}${why}`, ...signedIn, ...folders].join('\n')}\n`);
  }
  return { json: { server, default: kept.server, signedIn: servers, folders: kept.folders } };
}

function ownWords(chosen: string | null, forAll: string | null): string {
  if (chosen === null) return ' (this machine)';
  return chosen === forAll ? '' : ' (by this folder)';
}
