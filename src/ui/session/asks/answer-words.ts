import type { AskAnswer } from '@/domain/events/ask';

const REPLY = { once: 'allowed once', always: 'always allowed', reject: 'denied' } as const;

/** An answer as one reads it. */
export function answerWords(answer: AskAnswer): string {
  switch (answer.type) {
    case 'permission':
      return answer.message === null ? REPLY[answer.reply] : `${REPLY[answer.reply]}: ${answer.message}`;
    case 'question':
      return answer.answers.map((chosen) => chosen.join(', ')).join('; ');
    case 'dismiss':
      return 'no answer';
  }
}
