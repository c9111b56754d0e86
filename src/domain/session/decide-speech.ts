import { type Attachment, MAX_ATTACHMENTS, type SessionEvent } from '../events/session-event';
import { cleanText } from '../events/text-hygiene';
import type { PromptId } from '../ids';
import { isQueued, MAX_QUEUED } from '../queue/queue';
import { accept, refuse, type Answer } from './answer';
import type { PersonCommand, Said } from './commands';
import type { SessionState } from './state';
import { stopped } from './stopped';

/** The longest prompt, in UTF-16 code units; what is longer belongs in a file. */
export const MAX_PROMPT_LENGTH = 100_000;

type Speech = Extract<PersonCommand, { type: 'send' | 'steer' | 'interrupt' }>;

/** Answers the three ways to speak to an agent: after its turns, into the running one, or instead of it. */
export function decideSpeech(state: SessionState, command: Speech): Answer {
  const refused = refusedSaid(command) ?? refusedAgain(state, command.promptId);
  if (refused) return refused;
  switch (command.type) {
    case 'send':
      return queued(state, command, 'last');
    case 'steer':
      return steer(state, command);
    case 'interrupt':
      return interrupt(state, command);
  }
}

function steer(state: SessionState, command: Extract<Speech, { type: 'steer' }>): Answer {
  const { promptId, turnId, text, attachments = [] } = command;
  if (state.running?.turnId !== turnId || state.running.isStopRequested) {
    return refuse(
      'turn_not_running',
      'The turn ended before this could be said to it. Send it as a prompt instead.',
    );
  }
  return accept({ kind: 'steer.sent', promptId, turnId, text: cleanText(text), attachments });
}

/** A turn that ended by itself in the meantime needs no stop: what was said comes next all the same. */
function interrupt(state: SessionState, command: Extract<Speech, { type: 'interrupt' }>): Answer {
  const { running } = state;
  const prompt = queued(state, command, 'first');
  const isToStop = running?.turnId === command.turnId && !running.isStopRequested;
  if (!prompt.ok || !isToStop) return prompt;
  return accept(...prompt.events, ...stopped(state, running));
}

function queued(state: SessionState, said: Said, place: 'first' | 'last'): Answer {
  if (state.queue.length >= MAX_QUEUED) {
    return refuse(
      'queue_full',
      `${MAX_QUEUED} prompts wait already. Withdraw one, or wait for a turn to end.`,
    );
  }
  const { promptId, text, attachments = [] } = said;
  const event: SessionEvent = {
    kind: 'prompt.queued',
    promptId,
    text: cleanText(text),
    attachments: attachments.map(cleanName),
    place,
  };
  return accept(event);
}

function cleanName(attachment: Attachment): Attachment {
  return { ...attachment, name: cleanText(attachment.name) };
}

function refusedAgain(state: SessionState, promptId: PromptId): Answer | undefined {
  const isKnown =
    isQueued(state.queue, promptId) ||
    isQueued(state.retryable, promptId) ||
    state.running?.promptId === promptId ||
    state.steers.some((said) => said.promptId === promptId);
  return isKnown ? refuse('duplicate_prompt', 'This prompt was sent already.') : undefined;
}

function refusedSaid({ text, attachments = [] }: Said): Answer | undefined {
  if (attachments.length > MAX_ATTACHMENTS) {
    return refuse('too_many_attachments', `A prompt takes at most ${MAX_ATTACHMENTS} files.`);
  }
  return refusedText(text);
}

/** Why a text can't be a prompt, if it can't. */
export function refusedText(text: string): Answer | undefined {
  if (text.trim() === '') return refuse('empty_prompt', 'The prompt is empty. Say what should be done.');
  if (text.length > MAX_PROMPT_LENGTH) {
    const limit = MAX_PROMPT_LENGTH.toLocaleString('en');
    const length = text.length.toLocaleString('en');
    return refuse(
      'prompt_too_long',
      `A prompt holds at most ${limit} characters and this one has ${length}. Attach the long part as a file, or put it into the repository and name it.`,
    );
  }
  return undefined;
}
