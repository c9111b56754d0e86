import { Command } from 'commander';
import { addAsking } from './program/asking';
import { addChange } from './program/change';
import { addSandbox } from './program/sandbox';
import { addSignIn } from './program/sign-in';
import { addTogether } from './program/together';
import { addTurns } from './program/turns';
import { addWatching } from './program/watching';

const EXIT_CODES = `
Sessions are named by their id or an unambiguous beginning of it.
DISPATCH_SERVER and DISPATCH_TOKEN go before what login kept. NO_COLOR turns colour off.
Exit codes: 0 done · 1 failed · 2 wrong use · 3 not signed in · 4 forbidden · 5 not found · 6 refused as
things stand · 7 away, try again · 10 turn failed · 11 turn stopped · 12 turn interrupted · 130 detached

Examples:
  $ dispatch login --server https://dispatch.example
  $ dispatch run "fix the flaky login test"
  $ dispatch ls
  $ dispatch attach 3f2a`;

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
  addChange(program);
  addSandbox(program);
  addTogether(program);
  return program;
}
