import { cutText } from '@/domain/events/text-hygiene';
import type { ThreadMessage, ThreadMessageOf } from '@/domain/chat/thread-message';
import { askBlocks, askHead } from './ask-blocks';
import { ACTION, type Block, bold, button, context, plain, section } from './blocks';
import { markdownSections } from './markdown-sections';
import { escapeMrkdwn } from './mrkdwn';
import { headOf, turnBlocks } from './turn-blocks';

const VIA = {
  web: 'on the web',
  cli: 'in a terminal',
  slack: 'in Slack',
  github: 'at GitHub',
  api: 'by the API',
};
const SAID = { prompt: 'asked', steer: 'said to the running turn', comment: 'commented' };
/** What people said is shown in so many blocks at most; a message takes fifty. */
const MAX_PIECES = 30;

/** A message as Slack takes it: its blocks, and one line of text for notifications. */
export interface Rendered {
  text: string;
  blocks: Block[];
}

/** What a message of a thread looks like in Slack. All text of people and agents in it is escaped. */
export function renderMessage(
  message: ThreadMessage,
  { sessionId, appUrl }: { sessionId: string; appUrl: string },
): Rendered {
  const url = `${appUrl}/s/${sessionId}`;
  switch (message.type) {
    case 'session':
      return sessionMessage(message, { sessionId, url });
    case 'said':
      return saidMessage(message);
    case 'turn':
      return { text: headOf(message), blocks: turnBlocks(message, { sessionId, url }) };
    case 'more':
      return { text: 'The answer goes on', blocks: markdownSections(message.text) };
    case 'ask':
      return { text: askHead(message.ask), blocks: askBlocks(message, sessionId) };
    case 'failed':
      return failedMessage(message, sessionId);
    case 'note': {
      const text = escapeMrkdwn(message.who === null ? message.text : `${message.text} by ${message.who}`);
      return { text, blocks: [context(text)] };
    }
    case 'artifact': {
      const title = escapeMrkdwn(message.title).replaceAll('|', '∣');
      const shown =
        message.url === null
          ? title
          : `<${encodeURI(decodeSafe(message.url)).replaceAll('|', '%7C').replaceAll('>', '%3E')}|${title}>`;
      const text = `:package: ${escapeMrkdwn(message.what)}: ${shown}`;
      return { text, blocks: [section(text)] };
    }
    case 'file':
      // Files are uploaded; this stands in where one can't be.
      return { text: escapeMrkdwn(message.name), blocks: [context(escapeMrkdwn(message.name))] };
  }
}

/** An address that is encoded already is not encoded twice. */
function decodeSafe(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url; // not encoded at all
  }
}

function sessionMessage(
  message: ThreadMessageOf<'session'>,
  { sessionId, url }: { sessionId: string; url: string },
): Rendered {
  const { title, repository, branch, baseBranch, model, isOpen } = message;
  const facts = `${escapeMrkdwn(repository)} · ${escapeMrkdwn(baseBranch)} → ${escapeMrkdwn(branch)} · ${escapeMrkdwn(model)}`;
  const change: Block = {
    ...{ type: 'external_select', action_id: `${ACTION}change:${sessionId}`, min_query_length: 0 },
    placeholder: plain('Change the repository'),
  };
  const view = button({ text: 'View', action: 'open:view', url });
  return {
    text: `On it: ${escapeMrkdwn(title)}`,
    blocks: [
      section(`:rocket: On it: ${bold(title)}`),
      context(facts),
      { type: 'actions', elements: isOpen ? [view, change] : [view] },
    ],
  };
}

function saidMessage({ what, who, via, text, files, on }: ThreadMessageOf<'said'>): Rendered {
  const where = on ? ` on ${escapeMrkdwn(on.path)}:${on.line}` : '';
  const head = `:speech_balloon: ${bold(who)} ${SAID[what]}${via === null ? '' : ` ${VIA[via]}`}${where}`;
  const pieces = markdownSections(text);
  const quoted = pieces.slice(0, MAX_PIECES);
  const isCut = pieces.length > MAX_PIECES ? [context('The rest is on the web.')] : [];
  const attached = files === 0 ? [] : [context(`:paperclip: ${files} ${files === 1 ? 'file' : 'files'}`)];
  return {
    text: `${head}: ${escapeMrkdwn(cutText(text, 200))}`,
    blocks: [section(head), ...quoted, ...isCut, ...attached],
  };
}

function failedMessage(
  { promptId, reason, outcome }: ThreadMessageOf<'failed'>,
  sessionId: string,
): Rendered {
  const words = outcome === 'stopped' ? 'Stopped before it began' : 'This could not be started';
  const text = `:x: ${words}. ${escapeMrkdwn(reason?.message ?? '')}`.trim();
  const retry = button({ text: 'Retry', action: 'retry', value: { s: sessionId, p: promptId } });
  return { text, blocks: [section(text), { type: 'actions', elements: [retry] }] };
}
