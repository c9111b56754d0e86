import type { Actor } from '../events/actor';
import type { SessionEvent } from '../events/session-event';
import { cleanText } from '../events/text-hygiene';
import type { PromptId, TurnId } from '../ids';
import { isQueued } from '../queue/queue';
import { accept, refuse, type Answer } from './answer';
import type { PersonCommand } from './commands';
import { decideAnswer } from './decide-answer';
import { decideComment } from './decide-comment';
import { decideSpeech, refusedText } from './decide-speech';
import { decideRole, refuseViewer } from './members';
import { hasSandbox, type SessionState } from './state';
import { stopped } from './stopped';

/** What may be asked of an archived session. */
const STILL_POSSIBLE: ReadonlySet<PersonCommand['type']> = new Set(['archive', 'fork', 'resolve']);

/** Answers what a person asks of a session. What their team lets them is not decided here. */
export function decidePerson(state: SessionState, command: PersonCommand, actor: Actor): Answer {
  if (state.isArchived && !STILL_POSSIBLE.has(command.type)) {
    return refuse('archived', 'This session is archived. Start a new one to go on.');
  }
  const refused = refuseViewer(state, actor, command);
  if (refused) return refused;
  switch (command.type) {
    case 'create': {
      // Created already: the first creation stands.
      if (state.title !== '') return accept();
      const { type, effort = null, forkedFrom = null, ...created } = command;
      const title = cleanText(created.title);
      return accept({ kind: 'session.created', ...created, effort, forkedFrom, title });
    }
    case 'send':
    case 'steer':
    case 'interrupt':
      return decideSpeech(state, command);
    case 'answer':
      return decideAnswer(state, command);
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
    case 'role':
      return decideRole(state, actor, command);
    case 'comment':
    case 'resolve':
      return decideComment(state, command);
    case 'budget':
      return command.limitUsd === state.budget.limitUsd
        ? accept()
        : accept({ kind: 'budget.set', limitUsd: command.limitUsd });
    case 'fork':
      return accept({ kind: 'session.forked', fork: command.fork });
  }
}

function onWaiting(state: SessionState, promptId: PromptId, then: (promptId: PromptId) => Answer): Answer {
  return isQueued(state.queue, promptId)
    ? then(promptId)
    : refuse('prompt_not_waiting', 'This prompt does not wait any more: it started, ended or was withdrawn.');
}

function stop(state: SessionState, turnId: TurnId): Answer {
  return state.running?.turnId === turnId
    ? accept(...stopped(state, state.running))
    : refuse('turn_not_running', 'This turn is not running any more.');
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
