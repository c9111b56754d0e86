import type { Command } from 'commander';
import { cat, files } from '../commands/files';
import { ports } from '../commands/ports';
import { shell } from '../commands/shell';
import { runCommand } from '../run-command';
import { command, type CommonOptions, place } from './command';

export function addSandbox(program: Command): void {
  command(program, {
    usage: 'files <session> [folder]',
    description: 'the files of its repository as they lie in the sandbox now',
    examples: ['files 3f2a', 'files 3f2a src --all'],
  })
    .option('--all', 'the path of every file that git keeps or would keep')
    .action((id: string, folder: string | undefined, options: CommonOptions & { all?: boolean }) =>
      runCommand(options, (terminal) => files(terminal, { id, folder }, options)),
    );
  command(program, {
    usage: 'cat <session> <file>',
    description: 'a file as it lies in the sandbox now',
    examples: ['cat 3f2a README.md', 'cat 3f2a logo.png > logo.png'],
  }).action((id: string, file: string, options: CommonOptions) =>
    runCommand(options, (terminal) => cat(terminal, id, file)),
  );
  command(program, {
    usage: 'ports <session> [port]',
    description: 'what listens in the sandbox; with a port, an address that opens it once',
    examples: ['ports 3f2a', 'ports 3f2a 5173 --open'],
  })
    .option('--open', 'open it in the browser')
    .action((id: string, port: string | undefined, options: CommonOptions & { open?: boolean }) =>
      runCommand(options, (terminal) =>
        ports(terminal, { id, port: port === undefined ? undefined : place(port) }, options),
      ),
    );
  command(program, {
    usage: 'shell <session>',
    description: 'type in the sandbox’s terminal, which everybody attached sees',
    examples: ['shell 3f2a', 'shell 3f2a --read-only'],
  })
    .option('--read-only', 'look on, and type nothing')
    .action((id: string, options: CommonOptions & { readOnly?: boolean }) =>
      runCommand(options, (terminal) => shell(terminal, id, { isReadOnly: options.readOnly ?? false })),
    );
}
