import { parseCommand, parseRead, parseRefusal, withExitStatus, type CommandOutput } from '../tool-output';
import { openFile } from './files';
import { absolutePath, done, refused, use, type Desk, type Outcome, type Work } from './desk';

/** Tests may take longer than OpenCode's two minutes for a command. */
const TEST_TIMEOUT_MS = 600_000;

const TAIL_LINES = 30;
const TAIL_CHARS = 2_000;

/** The end of a command's output, short enough to show. */
const tailOf = (text: string): string => {
  const lines = text.split('\n').slice(-TAIL_LINES).join('\n');
  return lines.length > TAIL_CHARS ? `…${lines.slice(-TAIL_CHARS)}` : lines;
};

function* run(desk: Desk, command: string, text: string): Work<CommandOutput> {
  const values = { command: withExitStatus(command), description: text, timeoutMs: TEST_TIMEOUT_MS };
  return parseCommand(yield* use(desk, 'bash', { values, text }));
}

const outcomeOf = (command: string, result: CommandOutput): Outcome => {
  const detail = tailOf(result.text);
  if (result.exitStatus === 0) return done(`\`${command}\` ended well.`, detail);
  const how =
    result.exitStatus === undefined
      ? 'did not end by itself'
      : `failed (exit status ${String(result.exitStatus)})`;
  return { ...refused(`\`${command}\` ${how}.`), detail };
};

/** Runs a command that a person asked for. */
export function* runCommand(desk: Desk, job: { command: string }): Work<Outcome> {
  const { command } = job;
  const result = yield* run(desk, command, `I run \`${command}\`, as asked.`);
  const refusal = parseRefusal(result.text);
  if (refusal === undefined) return outcomeOf(command, result);
  const why = refusal.reason === '' ? '.' : `: ${refusal.reason}`;
  return refused(`You did not allow \`${command}\`${why}`);
}

/** The names in the repository's root folder; none when they cannot be listed. */
export function* listRoot(desk: Desk, text: string): Work<string[]> {
  const values = { file: absolutePath(desk, '.') };
  const output = parseRead(yield* use(desk, 'read', { values, text }));
  return output.kind === 'directory' ? output.entries : [];
}

/** What npm writes into a new package.json, which is no test. */
const NO_TEST = 'no test specified';

function* npmTest(desk: Desk): Work<string | undefined> {
  const opened = yield* openFile(desk, 'package.json', 'I look in `package.json` for the test command.');
  if (opened.kind !== 'open') return undefined;
  const text = opened.file.lines.join('\n');
  return /"test"\s*:\s*"[^"]/.test(text) && !text.includes(NO_TEST) ? 'npm test' : undefined;
}

function* makeTest(desk: Desk): Work<string | undefined> {
  const opened = yield* openFile(desk, 'Makefile', 'I look in the `Makefile` for a test target.');
  return opened.kind === 'open' && opened.file.lines.some((line) => /^test\s*:/.test(line))
    ? 'make test'
    : undefined;
}

const PYTHON = ['pytest.ini', 'conftest.py', 'pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini'];

/** Finds the command that runs a repository's tests, by the files in its root folder. */
export function* findTestCommand(desk: Desk, entries: readonly string[]): Work<string | undefined> {
  const has = (name: string) => entries.includes(name);
  const npm = has('package.json') ? yield* npmTest(desk) : undefined;
  if (npm !== undefined) return npm;
  if (PYTHON.some(has)) return 'python3 -m pytest -q';
  if (has('go.mod')) return 'go test ./...';
  if (has('Cargo.toml')) return 'cargo test';
  return has('Makefile') ? yield* makeTest(desk) : undefined;
}

/** pytest's status for "no tests were collected". */
const PYTEST_NONE = 5;

/** Runs the repository's tests, if it has any. */
export function* runTests(desk: Desk, entries: readonly string[]): Work<Outcome> {
  const command = yield* findTestCommand(desk, entries);
  if (command === undefined) {
    return { status: 'unchanged', sentence: 'I found no test command, so nothing was tested.' };
  }
  const result = yield* run(desk, command, `I run the tests with \`${command}\`.`);
  if (result.exitStatus === 0)
    return { status: 'done', sentence: `The tests pass (\`${command}\`).`, command };
  if (command.includes('pytest') && result.exitStatus === PYTEST_NONE) {
    return { status: 'unchanged', sentence: 'pytest found no tests.', command };
  }
  const how =
    result.exitStatus === undefined
      ? 'did not end by themselves'
      : `fail (exit status ${String(result.exitStatus)})`;
  return {
    status: 'refused',
    sentence: `The tests ${how}: \`${command}\`. I did not try to repair that. The end of their output:`,
    detail: tailOf(result.text),
    command,
  };
}

/** Runs the commands that the repository's AGENTS.md wants run, but for one that has run already. */
export function* runStandingCommands(desk: Desk, ran: string | undefined): Work<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const command of desk.standingCommands) {
    if (command === ran) continue;
    const result = yield* run(desk, command, `AGENTS.md asks for \`${command}\` before I finish. I run it.`);
    const outcome = outcomeOf(command, result);
    outcomes.push(outcome.status === 'done' ? done(outcome.sentence) : outcome);
  }
  return outcomes;
}
