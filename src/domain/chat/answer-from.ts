import type { Ask, AskAnswer } from '../events/ask';

/** The names of the fields of an asked question, by its place among the questions. */
export const choiceField = (question: number): string => `choice-${question}`;
export const ownTextField = (question: number): string => `text-${question}`;

const PERMISSION_REPLIES = ['once', 'always', 'reject'] as const;

/**
 * The answer that somebody gave by a card: `reply` is what the pressed button says (`once`, `always`, `reject`,
 * `dismiss`, `option:2`, or `send` for what its fields hold). Null when it says nothing that fits the question.
 */
export function answerFrom(
  ask: Ask,
  reply: string,
  fields: Readonly<Record<string, readonly string[]>>,
): AskAnswer | null {
  if (reply === 'dismiss') return { type: 'dismiss', message: null };
  if (ask.type === 'permission') {
    const said = PERMISSION_REPLIES.find((known) => known === reply);
    return said ? { type: 'permission', reply: said, message: null } : null;
  }
  const { questions } = ask;
  const labelOf = (question: number, option: string): string[] => {
    const label = questions[question]?.options[Number(option)]?.label;
    return label === undefined ? [] : [label];
  };
  if (reply.startsWith('option:')) return { type: 'question', answers: [labelOf(0, reply.slice(7))] };
  const answers = questions.map((_, question) => [
    ...(fields[choiceField(question)] ?? []).flatMap((option) => labelOf(question, option)),
    ...(fields[ownTextField(question)] ?? []).filter((text) => text.trim() !== ''),
  ]);
  return { type: 'question', answers };
}
