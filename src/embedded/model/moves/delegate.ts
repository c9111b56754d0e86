/** Work that another agent does: OpenCode starts one for a call of its `task` tool. */
import { brief } from '../instruction';
import { parseRefusal, parseTask } from '../tool-output';
import { done, refused, use, type Desk, type Outcome, type Work } from './desk';

/** Begins the prompt of a helper, so that it need not introduce itself. */
export const HELPER = 'You help another agent: ';

/** A helper's prompt without its beginning. */
export const withoutHelper = (prompt: string): string =>
  prompt.startsWith(HELPER) ? prompt.slice(HELPER.length) : prompt;

/** Gives a task to a helper and says what it came back with. */
export function* delegate(desk: Desk, { task }: { task: string }): Work<Outcome> {
  const values = { description: brief(task, 40), prompt: HELPER + task, agent: 'general' };
  const output = yield* use(desk, 'task', { values, text: `I give "${brief(task)}" to a helper.` });
  const refusal = parseRefusal(output);
  if (refusal !== undefined) return refused('You did not allow a helper.');
  const { ok, text } = parseTask(output);
  return ok
    ? done('The helper came back. It says:', text)
    : { ...refused('The helper did not come through:'), detail: text };
}
