import type { ChatSessionRow, Whisper } from '@/domain/chat/thread-message';
import { ACTION, type Block, bold, button, context, plain, section } from './blocks';
import { escapeMrkdwn } from './mrkdwn';
import type { Rendered } from './message-blocks';

const HELP = [
  '*Dispatch works on your code in a thread of this channel.*',
  '• `/dispatch fix the flaky login test` or `@Dispatch fix …` starts a session. Replies in its thread are prompts.',
  '• `/dispatch list`: the sessions of your team · `/dispatch status`: those of this channel',
  '• `/dispatch stop`: ends what runs here · `/dispatch open`: the newest session on the web',
  '• `/dispatch use acme/web`: what this channel is about · `/dispatch use any`: nothing in particular',
  '• `/dispatch link` and `/dispatch unlink`: who you are in Dispatch',
].join('\n');

/** What one person alone is shown. */
export function renderWhisper(whisper: Whisper, appUrl: string): Rendered {
  switch (whisper.type) {
    case 'text':
      return { text: escapeMrkdwn(whisper.text), blocks: [section(escapeMrkdwn(whisper.text))] };
    case 'help':
      return { text: 'What Dispatch can do', blocks: [section(HELP)] };
    case 'link':
      return linkWhisper(whisper);
    case 'pick':
      return pickWhisper(whisper);
    case 'sessions':
      return {
        text: escapeMrkdwn(whisper.heading),
        blocks: [section(bold(whisper.heading)), ...whisper.sessions.map((row) => rowBlock(row, appUrl))],
      };
  }
}

function linkWhisper({ url, waits }: { url: string; waits: boolean }): Rendered {
  const rest = waits ? ' What you asked for starts right after it.' : '';
  const text = `:wave: Dispatch does not know yet who you are. Link your account once, and all that you ask for here is done as you.${rest}`;
  const link = button({ text: 'Link my account', action: 'open:link', url, style: 'primary' });
  return {
    text,
    blocks: [
      section(text),
      { type: 'actions', elements: [link] },
      context('The link is yours alone and good for half an hour.'),
    ],
  };
}

/** A searchable select: Slack asks us what fits while somebody types. */
function pickWhisper({ requestId, text, known }: Extract<Whisper, { type: 'pick' }>): Rendered {
  const words = `:file_folder: Which repository is this about?\n> ${escapeMrkdwn(text.replaceAll(/\s+/g, ' ').slice(0, 200).toWellFormed())}`;
  const select: Block = {
    ...{ type: 'external_select', action_id: `${ACTION}pick:${requestId}`, min_query_length: 0 },
    placeholder: plain(`Search in ${known.length} repositories`),
  };
  return {
    text: 'Which repository is this about?',
    blocks: [section(words), { type: 'actions', elements: [select] }],
  };
}

function rowBlock({ sessionId, title, repository, status }: ChatSessionRow, appUrl: string): Block {
  const open = button({ text: 'Open', action: `open:${sessionId}`, url: `${appUrl}/s/${sessionId}` });
  return section(
    `${bold(title)}\n${escapeMrkdwn(repository)} · ${escapeMrkdwn(status)} · \`${sessionId.slice(0, 8)}\``,
    {
      accessory: open,
    },
  );
}
