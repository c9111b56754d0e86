import type { SessionEvent } from '../events/session-event';
import { cleanText } from '../events/text-hygiene';
import type { PromptId, TurnId } from '../ids';
import { isQueued, MAX_QUEUED } from '../queue/queue';
import { accept, refuse, type Answer } from './answer';
import type { PersonCommand } from './commands';
import { hasSandbox, isAgentReachable, type SessionState } from './state';

/** The longest prompt, in UTF-16 code units; what is longer belongs in a file of the repository. */
export const MAX_PROMPT_LENGTH = 100_000;

/** Answers what a person asks of a session. Who may ask it is not decided here. */
export function decidePerson(state: SessionState, command: PersonCommand): Answer {
  if (state.isArchived && command.type !== 'archive') {
    return refuse('archived', 'This session is archived. Start a new one to go on.');
  }
  switch (command.type) {
    case 'create': {
      // Created already: the first creation stands.
      if (state.title !== '') return accept();
      const { type, ...created } = command;
      return accept({ kind: 'session.created', ...created, title: cleanText(created.title) });
    }
    case 'send':
      return send(state, command);
    case 'edit':
      return onWaiting(state, command.promptId, () => {
        const refused = refusedText(command.text);
        const { promptId, text } = command;
        return refused ?? accept({ kind: 'prompt.edited', promptId, text: cleanText(text) });
      });
    case 'withdraw':
      return onWaiting(state, command.promptId, (promptId) => accept({ kind: 'prompt.withdrawn', promptId }));
    case 'promote':
      return onWaiting(state, command.promptId, (promptId) =>
        accept({ kind: 'prompt.promoted', promptId, position: command.position }),
      );
    case 'stop':
      return stop(state, command.turnId);
    case 'retry':
      return state.retryable.some((item) => item.promptId === command.promptId)
        ? accept({ kind: 'prompt.retried', promptId: command.promptId })
        : refuse(
            'prompt_not_retryable',
            'Only a prompt that failed, stopped or was interrupted can be retried.',
          );
    case 'title':
      return accept({ kind: 'session.titled', title: cleanText(command.title) });
    case 'archive':
      return accept(...archive(state));
  }
}

function send(state: SessionState, prompt: { promptId: PromptId; text: string }): Answer {
  const refused = refusedText(prompt.text);
  if (refused) return refused;
  const { promptId } = prompt;
  const isKnown =
    isQueued(state.queue, promptId) ||
    isQueued(state.retryable, promptId) ||
    state.running?.promptId === promptId;
  if (isKnown) return refuse('duplicate_prompt', 'This prompt was sent already.');
  if (state.queue.length >= MAX_QUEUED) {
    return refuse(
      'queue_full',
      `${MAX_QUEUED} prompts wait already. Withdraw one, or wait for a turn to end.`,
    );
  }
  return accept({ kind: 'prompt.queued', promptId, text: cleanText(prompt.text) });
}

function refusedText(text: string): Answer | undefined {
  if (text.trim() === '') return refuse('empty_prompt', 'The prompt is empty. Say what should be done.');
  if (text.length > MAX_PROMPT_LENGTH) {
    const limit = MAX_PROMPT_LENGTH.toLocaleString('en');
    const length = text.length.toLocaleString('en');
    return refuse(
      'prompt_too_long',
      `A prompt holds at most ${limit} characters and this one has ${length}. Put the long part into a file of the repository and name it.`,
    );
  }
  return undefined;
}

function onWaiting(state: SessionState, promptId: PromptId, then: (promptId: PromptId) => Answer): Answer {
  return isQueued(state.queue, promptId)
    ? then(promptId)
    : refuse('prompt_not_waiting', 'This prompt does not wait any more: it started, ended or was withdrawn.');
}

/** Before an agent is reachable the server ends the turn itself; after that only the bridge can. */
function stop(state: SessionState, turnId: TurnId): Answer {
  const { running } = state;
  if (running?.turnId !== turnId) return refuse('turn_not_running', 'This turn is not running any more.');
  const { promptId } = running;
  const requested: SessionEvent = { kind: 'turn.stop_requested', turnId };
  if (running.isDelivered || isAgentReachable(state)) return accept(requested);
  return accept(requested, { kind: 'prompt.finished', promptId, turnId, outcome: 'stopped', reason: null });
}

function archive(state: SessionState): SessionEvent[] {
  if (state.isArchived) return [];
  const reason = { code: 'archived', message: 'The session was archived.' };
  const ended = [...(state.running ? [state.running] : []), ...state.queue];
  return [
    ...ended.map((prompt): SessionEvent => ({
      kind: 'prompt.finished',
      promptId: prompt.promptId,
      turnId: 'turnId' in prompt ? prompt.turnId : null,
      outcome: 'stopped',
      reason,
    })),
    { kind: 'session.archived' },
    ...(hasSandbox(state) ? [endedSandbox(state)] : []),
  ];
}

function endedSandbox({ sandbox }: SessionState): SessionEvent {
  return { kind: 'sandbox.phase', epoch: sandbox.epoch, phase: 'ended', isolation: null, reason: null };
}
