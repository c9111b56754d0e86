import { adoptDraft, deleteDraft, type Draft, findDraftsOf, findStaleDrafts, insertDraft } from '@/db/drafts';
import { touch } from '@/db/sessions';
import { SYSTEM } from '@/domain/events/actor';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { endSandbox } from '../sandboxes/end-sandbox';
import { newRow, type PlannedSession, planSession, type SessionPlan } from './plan-session';
import { runCommand } from './run-command';

/**
 * Warms a sandbox for a first prompt that is being typed, under the id that its session will have. To be called again
 * while typing goes on, and when something else is chosen: the sandbox for the choice before is ended then. False where
 * the team has as many drafts as it may: the session starts its sandbox when it is sent, as without a draft. Errors:
 * those of `planSession`.
 */
export async function draftSession(
  deps: Deps,
  caller: Caller,
  input: SessionPlan,
): Promise<{ isWarm: boolean }> {
  const { sessionId } = input;
  const plan = await planSession(deps, caller, input);
  const drafts = await findDraftsOf(deps.db, caller.person.id);
  const same = drafts.find((draft) => draft.id === sessionId && isFor(draft, plan));
  for (const draft of drafts) if (draft !== same) await endDraft(deps, draft);
  if (same) {
    await touch(deps.db, sessionId, TOUCH_SECONDS);
    return { isWarm: true };
  }
  if (!(await insertDraft(deps.db, newRow(caller, { sessionId, plan, title: '' })))) return { isWarm: false };
  await runCommand(deps, { sessionId, actor: SYSTEM, command: { type: 'sandbox-wanted' } });
  return { isWarm: true };
}

/** What comes sooner is not written. */
const TOUCH_SECONDS = 30;

function isFor(draft: Draft, { repository, baseBranch, model, effort }: PlannedSession): boolean {
  return (
    draft.repository.id === repository.id &&
    draft.baseBranch === baseBranch &&
    draft.modelId === model.id &&
    draft.effort === effort
  );
}

/**
 * Makes a draft a session. False for one that was for something else: it is ended, and everything begins anew. Its branch
 * was named before anybody knew what the session is about.
 */
export async function takeDraft(
  deps: Deps,
  draft: Draft,
  { plan, title }: { plan: PlannedSession; title: string },
): Promise<boolean> {
  if (isFor(draft, plan)) return adoptDraft(deps.db, draft.id, title);
  await endDraft(deps, draft);
  return false;
}

/** Ends what nobody types for any more. */
export async function endStaleDrafts(deps: Deps): Promise<void> {
  for (const draft of await findStaleDrafts(deps.db)) await endDraft(deps, draft);
}

/** What is left of a sandbox whose provider does not answer is found by the sweep. */
async function endDraft(deps: Pick<Deps, 'db' | 'sandboxes' | 'log'>, draft: Draft): Promise<void> {
  if (await deleteDraft(deps.db, draft.id)) await endSandbox(deps, draft);
}
