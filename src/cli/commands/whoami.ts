import { visibleLine } from '../print/visible-text';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Who one is, on which server, and what that server runs on. */
export async function whoami(terminal: Terminal): Promise<CommandResult> {
  const api = connect(terminal);
  const [{ person, teams }, info] = await Promise.all([
    api.insist((client) => client.auth.whoami.query()),
    api.insist((client) => client.system.info.query()),
  ]);
  if (!terminal.isJson) {
    const standIn = info.model.standIn ? ' (a stand-in: set a model key for a real one)' : '';
    terminal.out(
      [
        `${visibleLine(person.name)} on ${api.server} (version ${info.version})`,
        `teams: ${teams.map(({ name }) => visibleLine(name)).join(', ') || 'none'}`,
        `model: ${visibleLine(info.model.label)}${standIn}`,
        `sandboxes: ${info.sandbox.provider}, isolation: ${info.sandbox.isolation}`,
        '',
      ].join('\n'),
    );
  }
  return { json: { server: api.server, user: person, teams, system: info } };
}
