import { Command, InvalidArgumentError } from 'commander';
import { answer, approve, deny } from './commands/answer';
import { apply } from './commands/apply';
import { attach } from './commands/attach';
import { budget } from './commands/budget';
import { comment } from './commands/comment';
import { diff } from './commands/diff';
import { fork } from './commands/fork';
import { login } from './commands/login';
import { logout } from './commands/logout';
import { logs } from './commands/logs';
import { ls } from './commands/ls';
import { retry } from './commands/retry';
import { run, type RunOptions } from './commands/run';
import { send } from './commands/send';
import { shell } from './commands/shell';
import { status } from './commands/status';
import { steer } from './commands/steer';
import { stop } from './commands/stop';
import { verify } from './commands/verify';
import { whoami } from './commands/whoami';
import { runCommand } from './run-command';

interface Json {
  json?: boolean;
}

const EXIT_CODES = `
Sessions are named by their id or an unambiguous beginning of it.
DISPATCH_SERVER and DISPATCH_TOKEN go before what login kept.
Exit codes: 0 done · 1 failed · 2 wrong use · 3 not signed in · 4 forbidden · 5 not found · 6 refused as
things stand · 7 away, try again · 10 turn failed · 11 turn stopped · 12 turn interrupted · 130 detached`;

/** Every command of `dispatch`, ready to parse a command line. */
export function createProgram(version: string): Command {
  const program = new Command('dispatch')
    .description('Sessions with a coding agent, shared with your team.')
    .version(version)
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  addSignIn(program);
  addAsking(program);
  addTurns(program);
  addWatching(program);
  addSandbox(program);
  addChange(program);
  addTogether(program);
  return program;
}

/** Each command can say its result as one JSON object. */
function command(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('--json', 'end with one JSON object on standard output; progress goes to standard error');
}

function addSignIn(program: Command): void {
  command(program, 'login', 'sign this terminal in, by a code in the browser')
    .option('--server <url>', 'the server to sign in to')
    .option('--token <token>', 'a token that you have already')
    .action((options: Json & { server?: string; token?: string }) =>
      runCommand(options, (terminal) => login(terminal, options)),
    );
  command(program, 'logout', 'revoke the token and forget it').action((options: Json) =>
    runCommand(options, logout),
  );
  command(program, 'whoami', 'who you are, and on which server').action((options: Json) =>
    runCommand(options, whoami),
  );
}

function addAsking(program: Command): void {
  command(program, 'run [prompt...]', 'start a session with a prompt and follow it (or give the prompt by <)')
    .option('--repo <repository>', 'demo, a git URL, a local path, or the name of a known repository')
    .option('--branch <branch>', 'the branch to start from')
    .option('--detach', 'do not follow it')
    .action((words: string[], options: Json & RunOptions) =>
      runCommand(options, (terminal) => run(terminal, words, options)),
    );
  command(program, 'send <session> [prompt...]', 'send a prompt to a session; it waits while another runs')
    .option('--follow', 'show the session until this prompt has ended')
    .action((id: string, words: string[], options: Json & { follow?: boolean }) =>
      runCommand(options, (terminal) => send(terminal, { id, words }, options)),
    );
}

function addTurns(program: Command): void {
  command(
    program,
    'steer <session> [words...]',
    'say something to the running turn: it reads it at its next step',
  )
    .option('--interrupt', 'stop the turn instead, and run this next')
    .action((id: string, words: string[], options: Json & { interrupt?: boolean }) =>
      runCommand(options, (terminal) => steer(terminal, { id, words }, options)),
    );
  command(
    program,
    'answer <session> [words...]',
    'answer the agent: an option’s number or words, or own words',
  )
    .option('--ask <id>', 'which of several')
    .action((id: string, words: string[], options: Json & { ask?: string }) =>
      runCommand(options, (terminal) => answer(terminal, { id, words }, options)),
    );
  command(program, 'approve <session>', 'allow what the agent asks to do')
    .option('--always', 'from now on in this session')
    .option('--ask <id>', 'which of several')
    .action((id: string, options: Json & { always?: boolean; ask?: string }) =>
      runCommand(options, (terminal) => approve(terminal, id, options)),
    );
  command(program, 'deny <session> [why...]', 'deny what the agent asks to do, and tell it why')
    .option('--ask <id>', 'which of several')
    .action((id: string, words: string[], options: Json & { ask?: string }) =>
      runCommand(options, (terminal) => deny(terminal, { id, words }, options)),
    );
  command(program, 'stop <session>', 'stop the turn that runs').action((id: string, options: Json) =>
    runCommand(options, (terminal) => stop(terminal, id)),
  );
  command(program, 'retry <session>', 'run the newest prompt again that failed, stopped or was interrupted')
    .option('--follow', 'show the session until this prompt has ended')
    .action((id: string, options: Json & { follow?: boolean }) =>
      runCommand(options, (terminal) => retry(terminal, id, options)),
    );
}

function addWatching(program: Command): void {
  command(program, 'ls', 'your sessions, newest first')
    .option('--all', 'archived ones too')
    .action((options: Json & { all?: boolean }) => runCommand(options, (terminal) => ls(terminal, options)));
  command(program, 'attach <session>', 'show a session as it goes on; Ctrl-C detaches and stops nothing')
    .option('--until-idle', 'end once nothing runs or waits')
    .action((id: string, options: Json & { untilIdle?: boolean }) =>
      runCommand(options, (terminal) => attach(terminal, id, options)),
    );
  command(program, 'logs <session>', 'the whole log; with --json one event a line')
    .option('--follow', 'go on as events come')
    .option('--since <seq>', 'only what comes after this number', wholeNumber)
    .action((id: string, options: Json & { follow?: boolean; since?: number }) =>
      runCommand(options, (terminal) => logs(terminal, id, options)),
    );
  command(program, 'status <session>', 'what it is doing, where its log ends, and its digest').action(
    (id: string, options: Json) => runCommand(options, (terminal) => status(terminal, id)),
  );
  command(
    program,
    'verify <session>',
    'replay its whole log, and compare what the server stores and shows',
  ).action((id: string, options: Json) => runCommand(options, (terminal) => verify(terminal, id)));
}

function addSandbox(program: Command): void {
  command(program, 'shell <session>', 'type in the sandbox’s terminal, which everybody attached sees')
    .option('--read-only', 'look on, and type nothing')
    .action((id: string, options: Json & { readOnly?: boolean }) =>
      runCommand(options, (terminal) => shell(terminal, id, { isReadOnly: options.readOnly ?? false })),
    );
}

function addChange(program: Command): void {
  command(program, 'diff <session>', "the session's change as a patch")
    .option('--stat', 'only which files, and how much')
    .action((id: string, options: Json & { stat?: boolean }) =>
      runCommand(options, (terminal) => diff(terminal, id, options)),
    );
  command(program, 'apply <session>', "bring the session's change into the checkout that you are in")
    .option('--force', 'even if there are changes that are not committed')
    .action((id: string, options: Json & { force?: boolean }) =>
      runCommand(options, (terminal) => apply(terminal, id, options)),
    );
}

function addTogether(program: Command): void {
  command(
    program,
    'comment <session> [words...]',
    'say something to the people of a session, not to the agent',
  )
    .option('--on <path:line>', 'on a line of a file')
    .action((id: string, words: string[], options: Json & { on?: string }) =>
      runCommand(options, (terminal) => comment(terminal, { id, words }, options)),
    );
  command(program, 'fork <session>', 'a session that carries on from another, on a branch of its own').action(
    (id: string, options: Json) => runCommand(options, (terminal) => fork(terminal, id)),
  );
  command(program, 'budget <session> [usd]', 'what a session cost, and may cost; “none” for no limit').action(
    (id: string, amount: string | undefined, options: Json) =>
      runCommand(options, (terminal) => budget(terminal, id, amount)),
  );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 0 or more.');
  return Number(text);
}
