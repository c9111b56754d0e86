import { lastUserText, textOf, type ChatMessage } from './chat-request';
import { brief } from './instruction';
import { systemTextOf } from './conversation';

/** OpenCode asks for titles of at most 50 characters. */
const TITLE_CHARS = 50;

const title = (messages: readonly ChatMessage[]): string => {
  const prompt = brief(lastUserText(messages), TITLE_CHARS);
  return prompt === '' ? 'New session' : prompt.charAt(0).toUpperCase() + prompt.slice(1);
};

/** What people asked for, from the transcript that a compaction hands over. */
const requestsIn = (transcript: string): string[] =>
  [...transcript.matchAll(/^\[User\]: (.*)$/gm)].map((match) => brief(match[1] ?? '', 200));

const filesIn = (transcript: string): string[] => [
  ...new Set([...transcript.matchAll(/"filePath":"([^"\\]+)"/g)].map((match) => match[1] ?? '')),
];

const bullets = (items: readonly string[]): string =>
  items.length === 0 ? '- (none)' : items.map((item) => `- ${item}`).join('\n');

/** The sections that OpenCode 1.18 prescribes for a summary of a conversation. */
const conversationSummary = (messages: readonly ChatMessage[]): string => {
  const transcript = messages.map(textOf).join('\n');
  const requests = requestsIn(transcript);
  return [
    `## Objective\n${bullets(requests.slice(-1))}`,
    '## Important Details\n- The answers come from a stand-in model, which works on the last prompt only.',
    `## Work State\n### Completed\n${bullets(requests.slice(-20, -1))}`,
    `### Active\n- (none)`,
    '### Blocked\n- (none)',
    '## Next Move\n1. (none)',
    `## Relevant Files\n${bullets(filesIn(transcript).slice(-20))}`,
  ].join('\n\n');
};

/** Answers a request that offers no tools: a title, a summary of the conversation, or anything else. */
export const sideAnswer = (messages: readonly ChatMessage[]): string => {
  const system = systemTextOf(messages);
  if (/\btitle generator\b|\bgenerate a (?:brief )?title\b/i.test(system)) return title(messages);
  if (/summar/i.test(system)) return conversationSummary(messages);
  return 'I am a stand-in model. Without tools there is nothing I can do.';
};
