import type { Command } from 'commander';
import { answer, approve, deny } from '../commands/answer';
import { queueList, queueMove, queueWithdraw } from '../commands/queue';
import { retry } from '../commands/retry';
import { stop } from '../commands/stop';
import { runCommand } from '../run-command';
import { command, type CommonOptions, place } from './command';

type AskOptions = CommonOptions & { ask?: string };

export function addTurns(program: Command): void {
  addAnswers(program);
  addQueue(program);
  command(program, {
    usage: 'stop <session>',
    description: 'stop the turn that runs',
    examples: ['stop 3f2a'],
  }).action((id: string, options: CommonOptions) => runCommand(options, (terminal) => stop(terminal, id)));
  command(program, {
    usage: 'retry <session>',
    description: 'run the newest prompt again that failed, stopped or was interrupted',
    examples: ['retry 3f2a --follow'],
  })
    .option('--follow', 'show the session until this prompt has ended')
    .action((id: string, options: CommonOptions & { follow?: boolean }) =>
      runCommand(options, (terminal) => retry(terminal, id, options)),
    );
}

function addAnswers(program: Command): void {
  command(program, {
    usage: 'answer <session> [words...]',
    description: 'answer the agent: an option’s number or words, or own words',
    examples: ['answer 3f2a 2', 'answer 3f2a "the second one, but in blue"'],
  })
    .option('--ask <id>', 'which of several')
    .action((id: string, words: string[], options: AskOptions) =>
      runCommand(options, (terminal) => answer(terminal, { id, words }, options)),
    );
  command(program, {
    usage: 'approve <session>',
    description: 'allow what the agent asks to do',
    examples: ['approve 3f2a', 'approve 3f2a --always'],
  })
    .option('--always', 'from now on in this session')
    .option('--ask <id>', 'which of several')
    .action((id: string, options: AskOptions & { always?: boolean }) =>
      runCommand(options, (terminal) => approve(terminal, id, options)),
    );
  command(program, {
    usage: 'deny <session> [why...]',
    description: 'deny what the agent asks to do, and tell it why',
    examples: ['deny 3f2a "do not touch the lock file"'],
  })
    .option('--ask <id>', 'which of several')
    .action((id: string, words: string[], options: AskOptions) =>
      runCommand(options, (terminal) => deny(terminal, { id, words }, options)),
    );
}

function addQueue(program: Command): void {
  const queue = program.command('queue').description('the prompts that wait in a session');
  command(queue, {
    usage: 'list <session>',
    description: 'those that wait, in their order',
    examples: ['queue list 3f2a'],
  }).action((id: string, options: CommonOptions) =>
    runCommand(options, (terminal) => queueList(terminal, id)),
  );
  command(queue, {
    usage: 'move <session> <prompt>',
    description: 'move one, by its number or id, to another place; first if none is given',
    examples: ['queue move 3f2a 3', 'queue move 3f2a 3 --to 2'],
  })
    .option('--to <place>', 'the place to move it to, from 1 on', '1')
    .action((id: string, which: string, options: CommonOptions & { to: string }) =>
      runCommand(options, (terminal) => queueMove(terminal, id, { which, to: place(options.to) })),
    );
  command(queue, {
    usage: 'withdraw <session> <prompt>',
    description: 'take one back, by its number or id',
    examples: ['queue withdraw 3f2a 2'],
  }).action((id: string, which: string, options: CommonOptions) =>
    runCommand(options, (terminal) => queueWithdraw(terminal, id, which)),
  );
}
