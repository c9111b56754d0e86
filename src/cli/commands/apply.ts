import { AppError } from '@/domain/errors';
import { findSession } from '../find-session';
import { applyPatch, changedFiles } from '../git/apply-patch';
import { checkoutOf } from '../git/run-git';
import { visibleLine } from '../print/visible-text';
import { shortId } from '../print/words';
import { readDiff } from '../read-diff';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Brings a session's change into the checkout that one stands in, ready to be looked at and committed. */
export async function apply(
  terminal: Terminal,
  id: string,
  { force = false }: { force?: boolean },
): Promise<CommandResult> {
  const checkout = await checkoutOf(terminal.cwd);
  if (checkout === null) {
    throw new AppError(
      'bad_input',
      `${terminal.cwd} is in no git checkout. Go to the one that the change is for.`,
    );
  }
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { diff, patch } = await readDiff(api, sessionId);
  const text = await patch();
  if (text === '') {
    throw new AppError(
      'conflict',
      `${shortId(sessionId)} has changed nothing yet, so there is nothing to apply.`,
    );
  }
  const mayTouch = force || (await asksToGoOn(terminal, checkout));
  const paths = await applyPatch({ checkout, patch: text, force: mayTouch });
  const names = paths.map((path) => visibleLine(path, 200));
  terminal.err(`Applied to ${checkout}:\n${names.map((name) => `  ${name}\n`).join('')}`);
  return { json: { sessionId, checkout, paths, headSha: diff.headSha } };
}

/** Somebody at a terminal is asked about work that is not committed; a script is refused. */
async function asksToGoOn(terminal: Terminal, checkout: string): Promise<boolean> {
  if (terminal.isJson || !terminal.isStdinTty || !terminal.show.isLive) return false;
  const changed = await changedFiles(checkout);
  if (changed === 0) return false;
  const words = `${changed} files in ${checkout} have changes that are not committed. Apply on top of them? [y/N] `;
  return /^y(es)?$/i.test((await terminal.ask(words)).trim());
}
