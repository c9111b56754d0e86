import { createHash } from 'node:crypto';
import {
  claimAnswer,
  type KnownPullRequest,
  lastWordsOn,
  personOfAccount,
  releaseAnswer,
  takeComment,
  takenComments,
  unansweredComments,
} from '@/db/pull-requests';
import { AppError, messageOf } from '@/domain/errors';
import { CommandId, PromptId } from '@/domain/ids';
import type { GitHub, PullRequestComment } from '@/ports/github';
import type { Deps } from '../deps';
import { giveCommand } from '../sessions/give-command';

const MENTION = /(^|[^\w/-])@dispatch\b/i;
/** In all that we say there, unseen by people: it is never taken up as said to us. */
const OURS = '<!-- dispatch -->';
const AT_A_TIME = 20;
/** GitHub takes 65,536. */
const MAX_ANSWER = 60_000;

/**
 * Makes prompts of what is said on a session's pull request: every remark on a line, and what mentions `@dispatch`.
 * Each once, as the person who said it, with the rights that they have in the session. Who has none is told so, and
 * nothing they said reaches the agent.
 */
export async function takeUpComments(deps: Deps, github: GitHub, pull: KnownPullRequest): Promise<void> {
  const { fullName, number } = pull;
  const taken = await takenComments(deps.db, pull);
  for (const said of await github.pullRequestComments(fullName, number)) {
    const isForUs = !said.isBot && !said.text.includes(OURS) && (said.on !== null || MENTION.test(said.text));
    if (!isForUs || taken.has(said.comment) || said.text.trim() === '') continue;
    const asked = await ask(deps, pull, said);
    const { comment } = said;
    const promptId = 'promptId' in asked ? asked.promptId : null;
    const isNew = await takeComment(deps.db, pull, { comment, promptId });
    if (isNew && 'refusal' in asked) {
      await github.answerComment(fullName, number, { comment, text: `${asked.refusal}\n\n${OURS}` });
    }
  }
}

async function ask(
  deps: Deps,
  { fullName, number, sessionId }: KnownPullRequest,
  said: PullRequestComment,
): Promise<{ promptId: PromptId } | { refusal: string }> {
  const person = await personOfAccount(deps.db, said.accountId);
  if (!person) {
    return {
      refusal: `Thanks! Only people of the team can ask me for changes. If you are one, sign in at ${deps.config.appUrl} and say it again.`,
    };
  }
  // The same comment is the same prompt, however often this is begun.
  const key = `${sessionId} ${fullName}#${number} ${said.comment}`;
  const promptId = PromptId.parse(uuidOf(`prompt ${key}`));
  const commandId = CommandId.parse(uuidOf(`command ${key}`));
  const text = promptOf(number, said);
  try {
    await giveCommand(
      deps,
      { person, via: 'github' },
      {
        ...{ sessionId, commandId, command: { type: 'send', promptId, text } },
      },
    );
    return { promptId };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal') throw error;
    return { refusal: refusalOf(error) };
  }
}

function refusalOf({ code, message }: AppError): string {
  return ['forbidden', 'not_found', 'repository_forbidden'].includes(code)
    ? 'Thanks! I may not take this from you: you have no right to prompt in the session behind this pull request. Ask its team to let you.'
    : `I could not take this up. ${message}`;
}

function promptOf(number: number, { text, on }: PullRequestComment): string {
  const line = on?.line ? ` line ${on.line}` : '';
  const place = on ? `Review comment on ${on.path}${line} in` : 'Comment on';
  return `${place} pull request #${number}:\n\n${text.trim()}`;
}

/** Answers on pull requests what was asked there and is done. */
export async function answerComments(deps: Deps, github: GitHub): Promise<void> {
  for (const done of await unansweredComments(deps.db, AT_A_TIME)) {
    const { fullName, number, comment } = done;
    if (!(await claimAnswer(deps.db, done, comment))) continue;
    try {
      const words = done.outcome === 'completed' ? await lastWordsOn(deps.db, done) : null;
      const text = answerOf(words, done.outcome, `${deps.config.appUrl}/s/${done.sessionId}`);
      await github.answerComment(fullName, number, { comment, text });
    } catch (error) {
      await releaseAnswer(deps.db, done, comment);
      deps.log.error('a comment on a pull request was not answered; it is answered later', {
        ...{ repository: fullName, number, error: messageOf(error) },
      });
    }
  }
}

/** The agent's words mention nobody. */
function answerOf(words: string | null, outcome: string, url: string): string {
  const ended = outcome === 'completed' ? 'Done.' : `This ended as ${outcome}.`;
  const said = (words ?? ended).slice(0, MAX_ANSWER).replaceAll('@', '@\u200B').replaceAll('<', '&lt;');
  return `${said}\n\n[The session](${url})\n\n${OURS}`;
}

/** A version 8 UUID (RFC 9562) of a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
