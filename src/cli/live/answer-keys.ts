import type { Ask, AskAnswer } from '@/domain/events/ask';

const PERMISSION_KEYS: Readonly<Record<string, 'once' | 'always' | 'reject'>> = {
  y: 'once',
  a: 'always',
  n: 'reject',
};

/** What one key answers: y, a or n to a permission, a number to a question with options; null for any other. */
export function answerByKey(ask: Ask, key: string): AskAnswer | null {
  if (ask.type === 'permission') {
    const reply = PERMISSION_KEYS[key];
    return reply === undefined ? null : { type: 'permission', reply, message: null };
  }
  const [question, ...more] = ask.questions;
  const option = /^[1-9]$/.test(key) ? question?.options[Number(key) - 1] : undefined;
  return option && more.length === 0 ? { type: 'question', answers: [[option.label]] } : null;
}

/** What is typed, as the answer to a question that takes own words; null when it is a prompt. */
export function answerInWords(ask: Ask, text: string): AskAnswer | null {
  if (ask.type !== 'question' || text.trim() === '') return null;
  const [question, ...more] = ask.questions;
  return question?.allowsOwnText === true && more.length === 0
    ? { type: 'question', answers: [[text.trim()]] }
    : null;
}
