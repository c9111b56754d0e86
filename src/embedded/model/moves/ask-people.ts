/** A question to whoever reads along, and what is made of the answer. */
import type { Instruction } from '../instruction';
import { parseAnswer } from '../tool-output';
import { done, unchanged, use, type Desk, type Outcome, type Work } from './desk';

/** Stands for the last answer in an instruction after the question. */
const PLACE = '{answer}';

/** What was answered, if it was, with the outcome of having asked. */
export interface Asked {
  outcome: Outcome;
  answer: string | undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Asks people to choose. */
export function* askPeople(
  desk: Desk,
  { question, options }: { question: string; options: readonly string[] },
): Work<Asked> {
  const choices = options.join(' or ');
  const asked = {
    question: question === '' ? `${capital(choices)}?` : question,
    header: 'Your choice',
    options: options.map((label) => ({ label, description: `Go on with ${label}` })),
  };
  const text = 'I ask you, and wait for the answer.';
  const answer = parseAnswer(yield* use(desk, 'question', { values: { questions: [asked] }, text }));
  const outcome =
    answer === undefined
      ? unchanged('You gave no answer, so I go on without.')
      : done(`You chose **${answer}**.`);
  return { outcome, answer };
}

/** An instruction with the answer in every place that is meant for it. */
export const withAnswer = <Given extends Instruction>(
  instruction: Given,
  answer: string | undefined,
): Given => {
  if (answer === undefined) return instruction;
  const entries = Object.entries(instruction).map(([key, value]): [string, unknown] => [
    key,
    typeof value === 'string' ? value.replaceAll(PLACE, answer) : value,
  ]);
  // Only texts were replaced by texts, so it is the same kind of instruction still.
  return Object.fromEntries(entries) as unknown as Given;
};
