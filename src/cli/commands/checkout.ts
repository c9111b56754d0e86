import { AppError } from '@/domain/errors';
import { findSession } from '../find-session';
import { fetchBundle } from '../git/fetch-bundle';
import { refuseDirtyTree } from '../git/apply-patch';
import { checkoutOf } from '../git/run-git';
import { visibleLine } from '../print/visible-text';
import { shortId } from '../print/words';
import { readBundle } from '../read-diff';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Makes the session's branch, with its commits, a branch of the checkout that one stands in, and switches to it. */
export async function checkout(
  terminal: Terminal,
  id: string,
  options: { branch?: string },
): Promise<CommandResult> {
  const folder = await checkoutOf(terminal.cwd);
  if (folder === null) {
    throw new AppError(
      'bad_input',
      `${terminal.cwd} is in no git checkout. Go to the one that the session is about.`,
    );
  }
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { branch: theirs, baseSha, bundle } = await readBundle(api, sessionId);
  if (baseSha === null || bundle === null) {
    throw new AppError(
      'conflict',
      `${shortId(sessionId)} has changed nothing yet, so there is nothing to check out.`,
    );
  }
  await refuseDirtyTree(folder);
  const branch = options.branch ?? theirs;
  const { hasUncommitted } = await fetchBundle(folder, {
    ...{ theirs, branch, baseSha },
    content: await bundle(),
  });
  terminal.err(
    `On ${visibleLine(branch)} in ${folder}.${hasUncommitted ? ' What the agent did not commit lies in the files, not committed.' : ''}\n`,
  );
  return { json: { sessionId, checkout: folder, branch, hasUncommitted } };
}
