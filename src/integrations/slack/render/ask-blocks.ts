import { choiceField, ownTextField } from '@/domain/chat/answer-from';
import type { ThreadMessageOf } from '@/domain/chat/thread-message';
import type { Ask, AskAnswer, AskedQuestion } from '@/domain/events/ask';
import { actions, ACTION, type Block, bold, button, context, options, plain, section } from './blocks';
import { escapeMrkdwn } from './mrkdwn';

type AskMessage = ThreadMessageOf<'ask'>;

const MAX_BUTTONS = 5;
const VIA = { web: 'the web', cli: 'a terminal', slack: 'Slack', github: 'GitHub', api: 'the API' } as const;

/** A question or a permission with what to press, and once it is over, what became of it and by whom. */
export function askBlocks(message: AskMessage, sessionId: string): Block[] {
  const { ask, status, askId } = message;
  const head = section(askHead(ask));
  if (status !== 'open') return [head, ...pastQuestions(ask), context(endOf(message))];
  const value = (reply: string) => ({ s: sessionId, a: askId, r: reply });
  if (ask.type === 'permission') return [head, ...actions(permissionButtons(value))];
  const [only] = ask.questions;
  if (ask.questions.length === 1 && only && isQuick(only)) return [head, ...quickBlocks(only, value)];
  const send = button({
    text: 'Send answers',
    action: 'answer:send',
    value: value('send'),
    style: 'primary',
  });
  return [head, ...ask.questions.flatMap(fieldBlocks), ...actions([send, dismissButton(value)])];
}

/** In one line, for notifications. */
export function askHead(ask: Ask): string {
  if (ask.type === 'permission') {
    const title = escapeMrkdwn(ask.title).replaceAll('`', "'").slice(0, 2_000).toWellFormed();
    return `:lock: The agent wants to use ${bold(ask.permission)}\n\`\`\`${title}\`\`\``;
  }
  return ':question: *The agent asks*';
}

function permissionButtons(value: (reply: string) => object): Block[] {
  return [
    button({ text: 'Allow once', action: 'answer:once', value: value('once'), style: 'primary' }),
    button({ text: 'Always allow', action: 'answer:always', value: value('always') }),
    button({ text: 'Reject', action: 'answer:reject', value: value('reject'), style: 'danger' }),
  ];
}

function isQuick({ isMultiple, options: all, allowsOwnText }: AskedQuestion): boolean {
  return !isMultiple && !allowsOwnText && all.length > 0 && all.length <= MAX_BUTTONS;
}

function quickBlocks(question: AskedQuestion, value: (reply: string) => object): Block[] {
  const buttons = question.options.map(({ label }, index) =>
    button({ text: label, action: `answer:${index}`, value: value(`option:${index}`) }),
  );
  return [questionSection(question), ...actions(buttons), ...actions([dismissButton(value)])];
}

function dismissButton(value: (reply: string) => object): Block {
  return button({ text: 'Go on without an answer', action: 'answer:dismiss', value: value('dismiss') });
}

function questionSection({ question, header, options: all }: AskedQuestion): Block {
  const described = all.filter(({ description }) => description.trim() !== '');
  const lines = described.map(({ label, description }) => `• ${bold(label)}: ${escapeMrkdwn(description)}`);
  return section([bold(header), escapeMrkdwn(question), ...lines].filter((text) => text !== '').join('\n'));
}

function fieldBlocks(question: AskedQuestion, index: number): Block[] {
  const all = question.options.map(({ label }, at) => ({ text: label, value: String(at) }));
  const type = question.isMultiple ? 'multi_static_select' : 'static_select';
  const select: Block = {
    ...{ type: 'input', block_id: choiceField(index), optional: true, label: plain('Choose', 2_000) },
    element: { type, action_id: `${ACTION}field`, placeholder: plain('Choose'), options: options(all) },
  };
  const ownText: Block = {
    ...{
      type: 'input',
      block_id: ownTextField(index),
      optional: true,
      label: plain('In your own words', 2_000),
    },
    element: { type: 'plain_text_input', action_id: `${ACTION}field`, multiline: false },
  };
  const hasText = question.allowsOwnText || all.length === 0;
  return [questionSection(question), ...(all.length > 0 ? [select] : []), ...(hasText ? [ownText] : [])];
}

function pastQuestions(ask: Ask): Block[] {
  return ask.type === 'question' ? ask.questions.map(questionSection) : [];
}

function endOf({ status, answer, answeredBy, reason }: AskMessage): string {
  if (status === 'expired') return `:alarm_clock: Expired. ${escapeMrkdwn(reason?.message ?? '')}`;
  const who =
    answeredBy?.type === 'user' ? `${bold(answeredBy.name)} from ${VIA[answeredBy.via]}` : 'Somebody';
  return `:white_check_mark: ${who}: ${answer ? answerWords(answer) : ''}`;
}

function answerWords(answer: AskAnswer): string {
  switch (answer.type) {
    case 'permission':
      return { once: 'allowed once', always: 'always allowed', reject: 'rejected' }[answer.reply];
    case 'dismiss':
      return 'go on without an answer';
    case 'question':
      return answer.answers.map((chosen) => escapeMrkdwn(chosen.join(', '))).join(' · ');
  }
}
