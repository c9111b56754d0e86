import { textOf, type ChatMessage } from './chat-request';

/** What the stand-in has to go by: the prompts of the running turn and what its tools said so far. */
export interface Turn {
  /** More than one when someone steered while the turn was running. */
  prompts: string[];
  /** Outputs of the turn's tool calls, in order. */
  results: string[];
  /** Paths of the files that came with the prompts. */
  files: string[];
  /** What was said while the last tool ran, and was not heard yet. */
  unheard: string[];
}

/** How OpenCode 1.18 words a tool call that a person stopped or that died with its process. */
const STOPPED = /User aborted the command|Tool execution aborted|Tool execution was interrupted/;

/** OpenCode adds notes of its own to what people write and to what tools say. */
const OWN_NOTES = /<system-reminder>[\s\S]*?<\/system-reminder>/g;

const ATTACHMENT_NOTE = /^Called the \w+ tool with the following input:/;

/** What Dispatch adds to a text with which files came: a list of them, and the text of short ones. */
const FILES_NOTE = /\n\nFiles that came with this message; your tools can open them:\n([\s\S]*)$/;
const LISTED_FILE = /^- (\/.*?) \(/gm;

const promptOf = (message: ChatMessage): string =>
  ATTACHMENT_NOTE.test(textOf(message))
    ? ''
    : textOf(message).replace(OWN_NOTES, '').replace(FILES_NOTE, '').trim();

const filesOf = (message: ChatMessage): string[] => {
  const list = FILES_NOTE.exec(textOf(message))?.[1]?.split('\n\n')[0] ?? '';
  return [...list.matchAll(LISTED_FILE)].map((match) => match[1] ?? '');
};

const NO_TURN: Turn = { prompts: [], results: [], files: [], unheard: [] };

const isSteer = (before: ChatMessage | undefined): boolean =>
  before?.role === 'tool' && !STOPPED.test(textOf(before));

/**
 * Finds the turn that a request belongs to. It begins at the last prompt, unless that prompt came while
 * tools were still being used: then it steers the turn before, whose work goes on first. A turn that was
 * stopped is over.
 */
export const currentTurn = (messages: readonly ChatMessage[]): Turn => {
  let start = messages.findLastIndex((message) => message.role === 'user');
  if (start < 0) return NO_TURN;
  for (;;) {
    let first = start;
    while (messages[first - 1]?.role === 'user') first -= 1;
    if (!isSteer(messages[first - 1])) break;
    start = messages.findLastIndex((message, index) => index < first && message.role === 'user');
    if (start < 0) return NO_TURN;
  }
  const turn = messages.slice(start);
  const said = turn.filter((message) => message.role === 'user');
  const heard = turn.findLastIndex((message) => message.role !== 'user');
  return {
    prompts: said.map(promptOf),
    files: said.flatMap(filesOf),
    unheard: heard < 0 ? [] : turn.slice(heard + 1).map(promptOf),
    results: turn.filter((message) => message.role === 'tool').map((message) => textOf(message)),
  };
};

/** All that the system prompt says. */
export const systemTextOf = (messages: readonly ChatMessage[]): string =>
  messages
    .filter((message) => message.role === 'system' || message.role === 'developer')
    .map(textOf)
    .join('\n');

/** The agent's working directory, as OpenCode tells it to the model, without a slash at its end. */
export const workingDirectoryOf = (systemText: string): string | undefined =>
  /^\s*Working directory: (\/.*?)\/?\s*$/m.exec(systemText)?.[1];

const INSTRUCTIONS_START = /^Instructions from: /m;
const BEFORE_THE_END =
  /\b(?:before|after|when|once|whenever)\b.*\b(?:finish|done|complet|commit|push|chang|edit|hand)/i;
const ASKS_TO_RUN = /\b(?:run|execute)\b/i;
const FORBIDS = /\b(?:never|not|don't|avoid)\b/i;

/**
 * Commands that the repository's AGENTS.md wants run before the agent finishes: those in backticks on a line
 * such as "Before finishing, run `npm run lint`". OpenCode puts that file into the system prompt.
 */
export const standingCommandsOf = (systemText: string): string[] => {
  const start = systemText.search(INSTRUCTIONS_START);
  if (start < 0) return [];
  const commands = systemText
    .slice(start)
    .split('\n')
    .filter((line) => BEFORE_THE_END.test(line) && ASKS_TO_RUN.test(line) && !FORBIDS.test(line))
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
    .filter((command) => command.trim() !== '');
  return [...new Set(commands)];
};
