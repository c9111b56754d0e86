import type { Command } from 'commander';
import { budget } from '../commands/budget';
import { comment } from '../commands/comment';
import { fork } from '../commands/fork';
import { runCommand } from '../run-command';
import { command, type CommonOptions } from './command';

export function addTogether(program: Command): void {
  command(program, {
    usage: 'comment <session> [words...]',
    description: 'say something to the people of a session, not to the agent',
    examples: ['comment 3f2a "looks good to me"', 'comment 3f2a --on src/app.ts:12 "why this?"'],
  })
    .option('--on <path:line>', 'on a line of a file')
    .action((id: string, words: string[], options: CommonOptions & { on?: string }) =>
      runCommand(options, (terminal) => comment(terminal, { id, words }, options)),
    );
  command(program, {
    usage: 'fork <session>',
    description: 'a session that carries on from another, on a branch of its own',
    examples: ['fork 3f2a'],
  }).action((id: string, options: CommonOptions) => runCommand(options, (terminal) => fork(terminal, id)));
  command(program, {
    usage: 'budget <session> [usd]',
    description: 'what a session cost, and may cost; “none” for no limit',
    examples: ['budget 3f2a', 'budget 3f2a 5', 'budget 3f2a none'],
  }).action((id: string, amount: string | undefined, options: CommonOptions) =>
    runCommand(options, (terminal) => budget(terminal, id, amount)),
  );
}
