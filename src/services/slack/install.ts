import { findWorkspace, saveWorkspace } from '@/db/slack-workspaces';
import { findTeamsOf } from '@/db/people';
import { hasRight } from '@/domain/access/roles';
import { ChatError } from '@/domain/chat/chat-error';
import { AppError } from '@/domain/errors';
import type { TeamId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { sealContext, type SlackDeps, withChat } from './slack-world';
import { tellUntold } from './tell-thread';

const LIFE_MS = 10 * 60_000;
const PATH = '/api/slack/oauth';
const MAX_MS = 20_000;

/** Where the caller lets Dispatch into their Slack, for a team that they administer. Errors: `not_found`, `forbidden`. */
export async function startInstall(deps: Deps, caller: Caller): Promise<string> {
  const slack = insistOnChat(deps);
  const teamId = await teamOf(deps, caller);
  const until = Date.now() + LIFE_MS;
  const said = `${caller.person.id}|${teamId}|${until}`;
  const { keyId, signature } = deps.signer.sign(`slack install|${said}`);
  const state = Buffer.from(JSON.stringify([caller.person.id, teamId, until, keyId, signature]));
  return slack.chat.installUrl({ state: state.toString('base64url'), returnTo: deps.config.appUrl + PATH });
}

/**
 * Keeps what Slack gave for the code that it sent the caller back with. Only who began it can end it. Errors: `bad_input`,
 * `forbidden`, `conflict` for a workspace of another team.
 */
export async function finishInstall(
  deps: Deps,
  caller: Caller,
  { code, state }: { code: string; state: string },
): Promise<{ name: string }> {
  const slack = insistOnChat(deps);
  const teamId = await teamOf(deps, caller, readState(deps, caller, state));
  const installed = await install(slack, code);
  const { workspaceId: id, name, botUserId, botToken } = installed;
  const before = await findWorkspace(deps.db, id);
  if (before && before.teamId !== teamId) {
    throw new AppError(
      'conflict',
      `${name} belongs to another team of Dispatch. Remove the app in Slack first.`,
    );
  }
  const sealed = deps.sealer.seal(botToken, sealContext(id));
  await saveWorkspace(deps.db, { id, teamId, name, botUserId, botToken: sealed });
  deps.defer(() => tellUntold(slack, { until: Date.now() + MAX_MS, limit: 50 }));
  return { name };
}

async function install({ chat, config }: SlackDeps, code: string) {
  try {
    return await chat.install({ code, returnTo: config.appUrl + PATH });
  } catch (cause) {
    if (!(cause instanceof ChatError)) throw cause;
    throw new AppError('bad_input', 'Slack did not take the code. Start the installation again.', { cause });
  }
}

function insistOnChat(deps: Deps): SlackDeps {
  const slack = withChat(deps);
  if (!slack) throw new AppError('not_found', 'Here no Slack app is set up.');
  return slack;
}

/** The team that Slack is for: the wanted one, or the first that the caller administers. */
async function teamOf({ db }: Pick<Deps, 'db'>, caller: Caller, wanted?: string): Promise<TeamId> {
  const teams = await findTeamsOf(db, caller.person.id);
  const team = teams.find(({ id, role }) => hasRight(role, 'administer') && (wanted ?? id) === id);
  if (!team) throw new AppError('forbidden', 'Only who administers a team may connect it to Slack.');
  return team.id;
}

function readState(deps: Pick<Deps, 'signer'>, caller: Caller, state: string): string {
  const refused = new AppError(
    'bad_input',
    'This installation was begun elsewhere or too long ago. Start it again.',
  );
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(state, 'base64url').toString('utf8'));
  } catch {
    throw refused;
  }
  if (!Array.isArray(parsed)) throw refused;
  const [userId, teamId, until, keyId, signature] = parsed.map(String);
  const said = `slack install|${userId}|${teamId}|${until}`;
  const isSigned = deps.signer.verify(said, { keyId: keyId ?? '', signature: signature ?? '' });
  if (!isSigned || userId !== caller.person.id || Number(until) < Date.now() || teamId === undefined)
    throw refused;
  return teamId;
}
