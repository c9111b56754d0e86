import type { Command } from 'commander';
import { apply } from '../commands/apply';
import { checkout } from '../commands/checkout';
import { diff, type DiffOptions } from '../commands/diff';
import { pr } from '../commands/pr';
import { runCommand } from '../run-command';
import { command, type CommonOptions } from './command';

export function addChange(program: Command): void {
  command(program, {
    usage: 'diff <session>',
    description: "the session's change as a patch",
    examples: ['diff 3f2a', 'diff 3f2a --stat', 'diff 3f2a --turn last', 'diff 3f2a | git apply'],
  })
    .option('--stat', 'only which files, and how much')
    .option('--turn <turn>', 'what one turn changed: its number, its id, or “last”')
    .action((id: string, options: CommonOptions & DiffOptions) =>
      runCommand(options, (terminal) => diff(terminal, id, options)),
    );
  command(program, {
    usage: 'apply <session>',
    description: "bring the session's change into the checkout that you are in",
    examples: ['apply 3f2a', 'apply 3f2a --force'],
  })
    .option('--force', 'even if there are changes that are not committed')
    .action((id: string, options: CommonOptions & { force?: boolean }) =>
      runCommand(options, (terminal) => apply(terminal, id, options)),
    );
  command(program, {
    usage: 'checkout <session>',
    description: "switch the checkout that you are in to the session's branch, with its commits",
    examples: ['checkout 3f2a', 'checkout 3f2a --branch mine'],
  })
    .option('--branch <name>', 'what to call it here')
    .action((id: string, options: CommonOptions & { branch?: string }) =>
      runCommand(options, (terminal) => checkout(terminal, id, options)),
    );
  command(program, {
    usage: 'pr <session>',
    description: 'open a pull request of the session’s work, or bring the one that is open up to date',
    examples: ['pr 3f2a', 'pr 3f2a --draft --title "Fix the flaky login test"'],
  })
    .option('--title <title>', 'its title; the session’s by default')
    .option('--draft', 'not yet for review')
    .action((id: string, options: CommonOptions & { title?: string; draft?: boolean }) =>
      runCommand(options, (terminal) => pr(terminal, id, options)),
    );
}
