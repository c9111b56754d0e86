import { type Command, Option } from 'commander';
import { run, type RunOptions } from '../commands/run';
import { send } from '../commands/send';
import { steer } from '../commands/steer';
import { runCommand } from '../run-command';
import { command, type CommonOptions } from './command';

const all = (path: string, before: string[] = []): string[] => [...before, path];

export function addAsking(program: Command): void {
  command(program, {
    usage: 'run [prompt...]',
    description: 'start a session with a prompt and follow it (or give the prompt by <)',
    examples: [
      'run "fix the flaky login test"',
      'run --repo acme/web --branch develop "update the dependencies" --detach',
      'run --attach screenshot.png "make the page look like this"',
      'run --wait --json < prompt.md',
    ],
  })
    .option('--repo <repository>', 'demo, a git URL, a local path, or the name of a known repository')
    .option('--branch <branch>', 'the branch to start from')
    .option('--model <model>', 'the model to work with, by its id or name')
    .option('--attach <file>', 'a file that goes with the prompt; may be given again', all)
    .addOption(new Option('--detach', 'do not follow it').conflicts('wait'))
    .option('--wait', 'wait for its end and show nothing before')
    .action((words: string[], options: CommonOptions & RunOptions) =>
      runCommand(options, (terminal) => run(terminal, words, options)),
    );
  command(program, {
    usage: 'send <session> [prompt...]',
    description: 'send a prompt to a session; it waits while another runs',
    examples: ['send 3f2a "and add a test for it"', 'send 3f2a --follow < prompt.md'],
  })
    .option('--follow', 'show the session until this prompt has ended')
    .option('--attach <file>', 'a file that goes with the prompt; may be given again', all)
    .action((id: string, words: string[], options: CommonOptions & { follow?: boolean; attach?: string[] }) =>
      runCommand(options, (terminal) => send(terminal, { id, words }, options)),
    );
  command(program, {
    usage: 'steer <session> [words...]',
    description: 'say something to the running turn: it reads it at its next step',
    examples: ['steer 3f2a "use the existing helper"', 'steer 3f2a --interrupt "stop, do this first"'],
  })
    .option('--interrupt', 'stop the turn instead, and run this next')
    .action((id: string, words: string[], options: CommonOptions & { interrupt?: boolean }) =>
      runCommand(options, (terminal) => steer(terminal, { id, words }, options)),
    );
}
