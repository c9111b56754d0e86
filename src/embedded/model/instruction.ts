/** One thing that a person asked for, as far as the stand-in understands it. */
export type Instruction =
  | { kind: 'rename'; from: string; to: string; file: string | undefined }
  | { kind: 'replace'; from: string; to: string; file: string | undefined }
  | { kind: 'create'; file: string; content: string }
  | { kind: 'append'; line: string; file: string }
  | { kind: 'add-function'; name: string; parameters: string; expression: string; file: string }
  | { kind: 'set-value'; key: string; value: WrittenValue; file: string }
  | { kind: 'delete'; file: string }
  | { kind: 'run'; command: string }
  | { kind: 'test' }
  | { kind: 'read'; file: string }
  | { kind: 'picture'; page: string; viewport: 'desktop' | 'phone' }
  | { kind: 'ask'; question: string; options: readonly string[] }
  | { kind: 'delegate'; task: string }
  | { kind: 'plan'; items: readonly string[] }
  | { kind: 'count'; until: number }
  | { kind: 'unknown'; text: string };

/** A value as it was typed: in quotes it is a text, whatever it looks like. */
export interface WrittenValue {
  text: string;
  isQuoted: boolean;
}

/** The patterns, as the stand-in lists them to people. `docs/stand-in-model.md` explains each. */
export const PATTERNS: readonly string[] = [
  'rename <a> to <b> [in <file>]',
  'replace "<a>" with "<b>" [in <file>]',
  'create <file> with: <content>',
  'append "<line>" to <file>',
  'add a function <name> that returns <expression> to <file>',
  'change <key> to <value> in <file.json>, set <NAME> to <value> in <file>',
  'delete the file <file>',
  'read <file>',
  'take a screenshot of <page or file> [on a phone]',
  'run `<command>`, run the tests, push it',
  'ask me <a> or <b>, then <something with {answer}>',
  'plan: <a>, <b>, <c>',
  'delegate: <something>',
  'count slowly to <number>',
];

/** Cuts a text to one short line, for use inside a sentence. */
export const brief = (text: string, length = 80): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

/** Says in a few words what an instruction asks for. */
export const describe = (instruction: Instruction): string => {
  switch (instruction.kind) {
    case 'rename':
      return `rename ${instruction.from} to ${instruction.to}`;
    case 'replace':
      return `replace "${brief(instruction.from, 30)}" with "${brief(instruction.to, 30)}"`;
    case 'create':
      return `create ${instruction.file}`;
    case 'append':
      return `append "${brief(instruction.line, 40)}" to ${instruction.file}`;
    case 'add-function':
      return `add the function ${instruction.name} to ${instruction.file}`;
    case 'set-value':
      return `set ${instruction.key} to ${brief(instruction.value.text, 40)} in ${instruction.file}`;
    case 'delete':
      return `delete ${instruction.file}`;
    case 'run':
      return `run ${brief(instruction.command, 60)}`;
    case 'test':
      return 'run the tests';
    case 'read':
      return `read ${instruction.file}`;
    case 'picture':
      return `take a screenshot of ${brief(instruction.page, 60)}`;
    case 'ask':
      return `ask ${instruction.options.map((option) => brief(option, 30)).join(' or ')}`;
    case 'delegate':
      return `delegate "${brief(instruction.task, 40)}"`;
    case 'plan':
      return `plan ${String(instruction.items.length)} things`;
    case 'count':
      return `count slowly to ${String(instruction.until)}`;
    case 'unknown':
      return `"${brief(instruction.text)}"`;
  }
};
