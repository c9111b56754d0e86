import { brief, describe, type Instruction } from '../instruction';
import { parseInstructions } from '../parse-instructions';
import { MissingToolError } from '../toolbox';
import { addFunction } from './add-function';
import { askPeople, withAnswer } from './ask-people';
import { delegate, withoutHelper } from './delegate';
import { refused, use, type Desk, type Outcome, type Work } from './desk';
import { appendLine, createFile, deleteFile } from './file-life';
import { showFile } from './files';
import { rename, replaceText } from './replace-everywhere';
import { listRoot, runCommand, runStandingCommands, runTests } from './run-commands';
import { setValue } from './set-value';
import { patternList, survey } from './survey';
import { takePicture } from './take-picture';
import { countSlowly, planThings } from './take-time';

type Known = Exclude<Instruction, { kind: 'unknown' | 'test' | 'ask' }>;

function* carryOut(desk: Desk, instruction: Known): Work<Outcome> {
  switch (instruction.kind) {
    case 'rename':
      return yield* rename(desk, instruction);
    case 'replace':
      return yield* replaceText(desk, instruction);
    case 'create':
      return yield* createFile(desk, instruction);
    case 'append':
      return yield* appendLine(desk, instruction);
    case 'add-function':
      return yield* addFunction(desk, instruction);
    case 'set-value':
      return yield* setValue(desk, instruction);
    case 'delete':
      return yield* deleteFile(desk, instruction);
    case 'run':
      return yield* runCommand(desk, instruction);
    case 'read':
      return yield* showFile(desk, instruction);
    case 'delegate':
      return yield* delegate(desk, instruction);
    case 'plan':
      return yield* planThings(desk, instruction);
    case 'count':
      return yield* countSlowly(desk, instruction);
    case 'picture':
      return yield* takePicture(desk, instruction);
  }
}

const withoutTool = (error: unknown, what: string): Outcome => {
  if (!(error instanceof MissingToolError)) throw error;
  return refused(`I could not ${what}: the agent offers me no tool to ${error.job} with.`);
};

function* attempt<Result>(work: Work<Result>, what: string): Work<Result | Outcome> {
  try {
    return yield* work;
  } catch (error) {
    return withoutTool(error, what);
  }
}

const EDITS: ReadonlySet<Instruction['kind']> = new Set<Instruction['kind']>([
  'rename',
  'replace',
  'create',
  'append',
  'add-function',
  'set-value',
  'delete',
]);

/** What changes nothing in the repository needs no look at it before, and no check afterwards. */
const TALK: ReadonlySet<Instruction['kind']> = new Set<Instruction['kind']>([
  'read',
  'picture',
  'ask',
  'delegate',
  'plan',
  'count',
]);

/** Keeps the agent's list of tasks, where there is more than one, the agent has such a list, and nobody wrote another. */
function* noteTasks(desk: Desk, known: readonly Instruction[], finished: number): Work<void> {
  const isPlanned = known.some(({ kind }) => kind === 'plan');
  if (known.length < 2 || isPlanned || !desk.toolbox.has('todo')) return;
  const statusAt = (index: number) =>
    index < finished ? 'completed' : index === finished ? 'in_progress' : 'pending';
  const todos = known.map((instruction, index) => ({
    content: describe(instruction),
    status: statusAt(index),
    priority: 'medium',
  }));
  const text =
    finished === 0
      ? `These are ${String(known.length)} tasks. I note them down.`
      : `${String(finished)} of ${String(known.length)} tasks are behind me.`;
  yield* use(desk, 'todo', { values: { todos }, text });
}

const paragraph = (outcome: Outcome): string =>
  outcome.detail === undefined || outcome.detail === ''
    ? outcome.sentence
    : `${outcome.sentence}\n\n\`\`\`\n${outcome.detail.replaceAll('```', "'''")}\n\`\`\``;

const MARKS = { done: '✓', unchanged: '–', refused: '✗' } as const;

interface Report {
  outcomes: Outcome[];
  checks: Outcome[];
  unknown: string[];
}

const summary = ({ outcomes, checks, unknown }: Report): string => {
  const failed = [...outcomes, ...checks].some((outcome) => outcome.status === 'refused');
  const isIdle = outcomes.length > 0 && outcomes.every((outcome) => outcome.status === 'unchanged');
  const wellDone = isIdle ? 'There was nothing to change:' : 'Done:';
  const head = failed || unknown.length > 0 ? 'I am at the end, but not all went well:' : wellDone;
  const results = outcomes.map((outcome) => `${MARKS[outcome.status]} ${paragraph(outcome)}`);
  const left = unknown.map((text) => `"${brief(text)}"`).join(', ');
  const ignored = unknown.length === 0 ? [] : [`I did not understand ${left}.`, patternList()];
  return [head, ...results, ...checks.map(paragraph), ...ignored].join('\n\n');
};

/** Tests and standing commands, after something was done. */
function* check(desk: Desk, needs: { tests: boolean; entries: readonly string[] }): Work<Outcome[]> {
  const tests = needs.tests ? yield* attempt(runTests(desk, needs.entries), 'run the tests') : undefined;
  const standing = yield* attempt(runStandingCommands(desk, tests?.command), 'run what AGENTS.md asks for');
  return [...(tests === undefined ? [] : [tests]), ...(Array.isArray(standing) ? standing : [standing])];
}

function* carryOutAll(desk: Desk, known: readonly Instruction[]): Work<Outcome[]> {
  const outcomes: Outcome[] = [];
  let answer: string | undefined;
  yield* noteTasks(desk, known, 0);
  for (const [index, written] of known.entries()) {
    const instruction = withAnswer(written, answer);
    if (instruction.kind === 'ask') {
      const asked = yield* attempt(askPeople(desk, instruction), describe(instruction));
      if ('outcome' in asked) ({ answer } = asked);
      outcomes.push('outcome' in asked ? asked.outcome : asked);
    } else if (instruction.kind !== 'unknown' && instruction.kind !== 'test') {
      outcomes.push(yield* attempt(carryOut(desk, instruction), describe(instruction)));
    }
    yield* noteTasks(desk, known, index + 1);
  }
  return outcomes;
}

/** Does what one prompt asks for, in order, checks it, and returns the summary. */
function* runPrompt(desk: Desk, prompt: string): Work<string> {
  const instructions = parseInstructions(withoutHelper(prompt));
  const known = instructions.filter((instruction) => instruction.kind !== 'unknown');
  const unknown = instructions.flatMap((one) => (one.kind === 'unknown' ? [one.text] : []));
  if (known.length === 0) {
    const found = yield* attempt(survey(desk), 'look around');
    return typeof found === 'string' ? found : `${found.sentence}\n\n${patternList()}`;
  }
  if (known.every(({ kind }) => TALK.has(kind))) {
    return summary({ outcomes: yield* carryOutAll(desk, known), checks: [], unknown });
  }
  const entries = yield* lookAround(desk, known);
  const outcomes = yield* carryOutAll(desk, known);
  const isAnyDone = outcomes.some((one) => one.status === 'done');
  const hasEdited = isAnyDone && known.some((instruction) => EDITS.has(instruction.kind));
  const isTestAsked = known.some((instruction) => instruction.kind === 'test');
  const needs = { tests: hasEdited || isTestAsked, entries };
  const checks = isAnyDone || isTestAsked ? yield* check(desk, needs) : [];
  return summary({ outcomes, checks, unknown });
}

/** Looks at the repository before anything is done in it. */
function* lookAround(desk: Desk, known: readonly Instruction[]): Work<readonly string[]> {
  const plan = known.map(describe).map((text) => brief(text));
  const text = `I was asked to ${plan.join(', then ')}. I look at the repository first.`;
  const listed = yield* attempt(listRoot(desk, text), 'look');
  return Array.isArray(listed) ? listed : [];
}

/** Works through a turn's prompts: the one that began it, then those that steered it. */
export function* runTurn(desk: Desk, prompts: readonly string[]): Work<string> {
  const summaries: string[] = [];
  for (const prompt of prompts) summaries.push(yield* runPrompt(desk, prompt));
  return summaries.join('\n\n');
}
