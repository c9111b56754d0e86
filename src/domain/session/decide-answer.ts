import type { AskAnswer } from '../events/ask';
import { cleanText } from '../events/text-hygiene';
import { accept, refuse, type Answer } from './answer';
import type { PersonCommand } from './commands';
import { decideSpeech } from './decide-speech';
import type { PendingAsk, SessionState } from './state';

/**
 * Answers an answer: the first valid one wins. One that comes after the ask expired is not lost: it becomes a prompt.
 */
export function decideAnswer(
  state: SessionState,
  command: Extract<PersonCommand, { type: 'answer' }>,
): Answer {
  const { askId, promptId } = command;
  const ask = state.asks.find((pending) => pending.askId === askId);
  if (!ask || ask.status === 'answered') {
    return refuse('ask_not_open', 'Somebody answered this before, or its turn is over. Yours was not used.');
  }
  if (!fits(ask, command.answer)) {
    return refuse('answer_does_not_fit', 'This answer does not fit what was asked. Answer each question.');
  }
  const answer = cleanAnswer(command.answer);
  if (ask.status === 'open') return accept({ kind: 'ask.answered', askId, turnId: ask.turnId, answer });
  const late = lateAnswer(ask, answer);
  return late === null
    ? refuse('ask_not_open', 'This expired, and the agent went on without an answer.')
    : decideSpeech(state, { type: 'send', promptId, text: late });
}

function fits(ask: PendingAsk, answer: AskAnswer): boolean {
  if (answer.type === 'dismiss') return true;
  if (answer.type !== ask.type) return false;
  if (answer.type === 'permission') return true;
  return (
    answer.answers.length === ask.questions &&
    answer.answers.every((chosen) => chosen.length > 0 && chosen.every((text) => text.trim() !== ''))
  );
}

function cleanAnswer(answer: AskAnswer): AskAnswer {
  switch (answer.type) {
    case 'question':
      return { ...answer, answers: answer.answers.map((chosen) => chosen.map(cleanText)) };
    case 'permission':
    case 'dismiss':
      return { ...answer, message: answer.message === null ? null : cleanText(answer.message) };
  }
}

/** What is asked of the agent instead; null for a no, which is what it went on with. */
function lateAnswer({ title }: PendingAsk, answer: AskAnswer): string | null {
  switch (answer.type) {
    case 'dismiss':
      return null;
    case 'permission':
      return answer.reply === 'reject' ? null : `You asked before: “${title}”. Yes, you may. Go on with it.`;
    case 'question':
      return `You asked before: “${title}”. The answer: ${answer.answers.map((chosen) => chosen.join(', ')).join('; ')}`;
  }
}
