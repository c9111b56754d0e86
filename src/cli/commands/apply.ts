import { AppError } from '@/domain/errors';
import { findSession } from '../find-session';
import { applyPatch } from '../git/apply-patch';
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
  const paths = await applyPatch({ checkout, patch: text, force });
  const names = paths.map((path) => visibleLine(path, 200));
  terminal.err(`Applied to ${checkout}:\n${names.map((name) => `  ${name}\n`).join('')}`);
  return { json: { sessionId, checkout, paths, headSha: diff.headSha } };
}
