import type { Instruction } from './instruction';
import { CREATE_EMPTY, CREATE_HEADS, QUOTED_HERE, SENTENCES, unquote } from './instruction-grammar';

/** What is read of a prompt. Longer ones are cut, so that no prompt can make parsing slow. */
const MAX_PROMPT_CHARS = 200_000;
/** What is done of a prompt, at most. */
export const MAX_INSTRUCTIONS = 50;

/** Between instructions: punctuation, list marks and words of courtesy. */
const JOINT =
  /(?:[\s;,.!]+|[-*•]\s|\d+[.)]\s|(?:and|then|also|please|pls|now|next|first|finally|afterwards|after that|at last|thanks|thank you|kindly|can you|could you|would you|i want you to|let's)\b)*/iy;

/** Where an instruction that was not understood ends. */
const NEXT_CLAUSE = /\n|;|,?[ \t](?:and[ \t]+)?then[ \t]|[.!?][ \t]/g;

/** Quoted content must be followed by the end of its line or by something that joins instructions. */
const AFTER_QUOTE = /[ \t]*(?:$|[\n;,.!]|and\b|then\b)/iy;

interface Found {
  instruction: Instruction;
  end: number;
}

const matchAt = (expression: RegExp, text: string, position: number): RegExpExecArray | null => {
  expression.lastIndex = position;
  return expression.exec(text);
};

const FENCE = /\s*```[^\n]*\n([\s\S]*?)\n?[ \t]*```/y;

/** The content after `with:`: a fenced block, a quoted text, the rest of the line, or the rest of the prompt. */
const contentAt = (text: string, position: number): { content: string; end: number } => {
  const fence = matchAt(FENCE, text, position);
  if (fence !== null) return { content: fence[1] ?? '', end: position + fence[0].length };
  const blanks = matchAt(/[ \t]*/y, text, position)?.[0].length ?? 0;
  const start = position + blanks;
  const quote = matchAt(QUOTED_HERE, text, start);
  if (quote !== null && matchAt(AFTER_QUOTE, text, start + quote[0].length) !== null) {
    return { content: unquote(quote[0]), end: start + quote[0].length };
  }
  const lineEnd = text.indexOf('\n', start);
  if (lineEnd === start) return { content: text.slice(start + 1).trimEnd(), end: text.length };
  const end = lineEnd < 0 ? text.length : lineEnd;
  return { content: text.slice(start, end).trimEnd(), end };
};

const findCreate = (text: string, position: number): Found | undefined => {
  for (const head of CREATE_HEADS) {
    const match = matchAt(head, text, position);
    if (match === null) continue;
    const { content, end } = contentAt(text, position + match[0].length);
    const file = unquote(match.groups?.['file'] ?? '');
    return { instruction: { kind: 'create', file, content }, end };
  }
  const empty = matchAt(CREATE_EMPTY, text, position);
  if (empty === null) return undefined;
  const file = unquote(empty.groups?.['file'] ?? '');
  return { instruction: { kind: 'create', file, content: '' }, end: position + empty[0].length };
};

const findSentence = (text: string, position: number): Found | undefined => {
  for (const { expression, read } of SENTENCES) {
    const match = matchAt(expression, text, position);
    const instruction = match === null ? undefined : read(match.groups ?? {});
    if (match !== null && instruction !== undefined) return { instruction, end: position + match[0].length };
  }
  return undefined;
};

const unknownAt = (text: string, position: number): Found => {
  NEXT_CLAUSE.lastIndex = position;
  const end = NEXT_CLAUSE.exec(text)?.index ?? text.length;
  return { instruction: { kind: 'unknown', text: text.slice(position, end).trim() }, end };
};

const skipJoint = (text: string, position: number): number =>
  position + (matchAt(JOINT, text, position)?.[0].length ?? 0);

/**
 * Reads the instructions of a prompt in the order in which they stand. Any text is fine: what fits no
 * pattern comes back as `unknown`, in its own words.
 */
export const parseInstructions = (prompt: string): Instruction[] => {
  const text = prompt.replaceAll('\r\n', '\n').slice(0, MAX_PROMPT_CHARS);
  const found: Instruction[] = [];
  let position = skipJoint(text, 0);
  while (position < text.length) {
    if (found.length === MAX_INSTRUCTIONS) {
      found.push({ kind: 'unknown', text: text.slice(position) });
      break;
    }
    const next = findCreate(text, position) ?? findSentence(text, position) ?? unknownAt(text, position);
    if (next.end > position) found.push(next.instruction);
    position = skipJoint(text, Math.max(next.end, position + 1));
  }
  return found;
};
