import type { AskAnswer } from '@/domain/events/ask';
import type { ItemOf } from '@/domain/timeline/items';
import type { Style } from './style';
import { visibleLine } from './visible-text';
import { because, nameOf } from './words';

/** What was said to a running turn: once when it is said, and once when it is clear whether it was read. */
export function steerLines(
  item: ItemOf<'steer'>,
  before: ItemOf<'steer'> | undefined,
  style: Style,
): string[] {
  const said = before
    ? []
    : [`${style.bold(nameOf(item.author))} (steering): ${visibleLine(item.text, 200)}`];
  if (item.status === before?.status) return said;
  const short = visibleLine(item.text, 60);
  if (item.status === 'read') return [...said, style.dim(`· the agent read: ${short}`)];
  return item.status === 'missed' ? [...said, `· not read, since the turn ended first: ${short}`] : said;
}

/** What the agent wants of people, and who answered. */
export function askLines(item: ItemOf<'ask'>, before: ItemOf<'ask'> | undefined, style: Style): string[] {
  const asked = before ? [] : askedLines(item, style);
  if (item.status === before?.status) return asked;
  const { status, answer, answeredBy, reason } = item;
  if (status === 'expired') return [...asked, `· no answer was used${because(reason)}`];
  if (answer === null || before?.answer) return asked;
  return [...asked, `· ${nameOf(answeredBy)} answered: ${answerWords(answer)}`];
}

function askedLines({ ask, askId }: ItemOf<'ask'>, style: Style): string[] {
  if (ask.type === 'permission') {
    return [
      style.bold(
        `? may the agent do this (${visibleLine(ask.permission, 40)})? ${visibleLine(ask.title, 200)}`,
      ),
      style.dim(`  ${askId}`),
    ];
  }
  return ask.questions.flatMap((question) => [
    style.bold(`? ${visibleLine(question.question, 300)}`),
    ...question.options.map(
      ({ label, description }, index) =>
        `  ${index + 1}. ${visibleLine(label, 100)}${description === '' ? '' : `: ${visibleLine(description, 200)}`}`,
    ),
  ]);
}

function answerWords(answer: AskAnswer): string {
  switch (answer.type) {
    case 'permission':
      return { once: 'yes, once', always: 'yes, always', reject: 'no' }[answer.reply];
    case 'question':
      return visibleLine(answer.answers.map((chosen) => chosen.join(', ')).join('; '), 300);
    case 'dismiss':
      return 'no answer';
  }
}
