import type { ChatMessage, ChatTool } from './chat-request';
import { currentTurn, standingCommandsOf, systemTextOf, type Turn, workingDirectoryOf } from './conversation';
import { brief, describe } from './instruction';
import { parseInstructions } from './parse-instructions';
import { sideAnswer } from './side-answer';
import { toolboxOf, type ToolCall } from './toolbox';
import { HELPER, withoutHelper } from './moves/delegate';
import { runTurn } from './moves/run-turn';

/** What the stand-in says and does next. */
export interface Move {
  reasoning?: string;
  text: string;
  toolCalls: ToolCall[];
  finish: 'stop' | 'tool_calls';
}

/** Said at the start of every turn, so that nobody takes the stand-in for a language model. */
export const NOTICE =
  'I am a stand-in, not a language model: no model key is set, so I only follow a few fixed patterns. ' +
  'For a real model, set a key and start again, for example `ANTHROPIC_API_KEY=… npm run dev` ' +
  '(or `OPENAI_API_KEY`, `OPENROUTER_API_KEY`, or `MODEL_BASE_URL` with `MODEL_API_KEY` and `MODEL_NAME`).';

const plan = (prompt: string): string => {
  const [first, ...rest] = parseInstructions(withoutHelper(prompt)).map(describe);
  if (first === undefined) return 'The prompt is empty.';
  return `I read the prompt as: ${[first, ...rest.slice(0, 9)].join('; ')}${rest.length > 9 ? '; …' : ''}.`;
};

const say = (text: string): Move => ({ text, toolCalls: [], finish: 'stop' });

/** Where a helper's prompt begins; whoever reads its work knows what the helper is. */
const isHelper = (prompts: readonly string[]): boolean => prompts[0]?.startsWith(HELPER) === true;

/** Said before a move: what it is that speaks, which files it got, and that it heard what people said meanwhile. */
const prefaceOf = (turn: Turn): string => {
  const isFirst = turn.results.length === 0;
  const notice = isFirst && !isHelper(turn.prompts) ? [NOTICE] : [];
  const paths = turn.files.map((path) => `\`${path}\``).join(', ');
  const files = isFirst && paths !== '' ? [`With the prompt came ${paths}.`] : [];
  const heard = turn.unheard.map(
    (text) => `I heard you: "${brief(text)}". That comes next, when I am through with this.`,
  );
  return [...notice, ...files, ...heard].map((text) => `${text}\n\n`).join('');
};

const play = (messages: readonly ChatMessage[], tools: readonly ChatTool[]): Move => {
  const system = systemTextOf(messages);
  const turn = currentTurn(messages);
  const desk = {
    toolbox: toolboxOf(tools),
    directory: workingDirectoryOf(system),
    standingCommands: standingCommandsOf(system),
  };
  const work = runTurn(desk, turn.prompts);
  let at = work.next();
  for (const result of turn.results) {
    if (at.done === true) break;
    at = work.next(result);
  }
  const preface = prefaceOf(turn);
  if (at.done === true) return say(preface + at.value);
  const move: Move = { text: preface + at.value.text, toolCalls: [at.value.call], finish: 'tool_calls' };
  return turn.results.length === 0 ? { ...move, reasoning: plan(turn.prompts[0] ?? '') } : move;
};

/** OpenCode ends the messages with a note of its own, as the assistant, when the allowed steps are used up. */
const isOutOfSteps = (messages: readonly ChatMessage[]): boolean => messages.at(-1)?.role === 'assistant';

/**
 * Decides what the stand-in does next, from nothing but the conversation so far and the tools on offer: the
 * same request always gets the same answer. Any conversation is answered; a defect becomes a sentence.
 */
export const nextMove = (messages: readonly ChatMessage[], tools: readonly ChatTool[]): Move => {
  if (tools.length === 0) return say(sideAnswer(messages));
  if (isOutOfSteps(messages)) return say('The steps that I am allowed are used up, so I stop here.');
  try {
    return play(messages, tools);
  } catch (error) {
    return say(`${NOTICE}\n\nI ran into a defect of mine and stop here: ${String(error)}`);
  }
};
