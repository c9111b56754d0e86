import type { Command } from 'commander';
import { attach, type AttachOptions } from '../commands/attach';
import { exportSession } from '../commands/export';
import { logs } from '../commands/logs';
import { ls } from '../commands/ls';
import { open } from '../commands/open';
import { show } from '../commands/show';
import { status } from '../commands/status';
import { verify } from '../commands/verify';
import { runCommand } from '../run-command';
import { command, type CommonOptions, wholeNumber } from './command';

export function addWatching(program: Command): void {
  addLists(program);
  addLogs(program);
  command(program, {
    usage: 'attach <session>',
    description: 'be in a session as it goes on; Ctrl-C detaches and stops nothing',
    examples: ['attach 3f2a', 'attach 3f2a --read-only', 'attach 3f2a --until-idle --json'],
  })
    .option('--until-idle', 'end once nothing runs or waits')
    .option('--read-only', 'only look: no composer, no keys')
    .action((id: string, options: CommonOptions & AttachOptions) =>
      runCommand(options, (terminal) => attach(terminal, id, options)),
    );
}

function addLists(program: Command): void {
  command(program, {
    usage: 'ls',
    description: 'your sessions, newest first',
    examples: ['ls', 'ls --watch', 'ls --json | jq -r ".sessions[].id"'],
  })
    .option('--all', 'archived ones too')
    .option('--watch', 'go on showing it as it changes')
    .action((options: CommonOptions & { all?: boolean; watch?: boolean }) =>
      runCommand(options, (terminal) => ls(terminal, options)),
    );
  command(program, {
    usage: 'show <session>',
    description: 'what a session is about and how it stands',
    examples: ['show 3f2a'],
  }).action((id: string, options: CommonOptions) => runCommand(options, (terminal) => show(terminal, id)));
  command(program, {
    usage: 'open <session>',
    description: 'open a session in the browser',
    examples: ['open 3f2a', 'open 3f2a --print'],
  })
    .option('--print', 'only print the address')
    .action((id: string, options: CommonOptions & { print?: boolean }) =>
      runCommand(options, (terminal) => open(terminal, id, options)),
    );
}

function addLogs(program: Command): void {
  command(program, {
    usage: 'logs <session>',
    description: 'the whole log; with --json one event a line',
    examples: ['logs 3f2a', 'logs 3f2a --json --follow --since 120'],
  })
    .option('--follow', 'go on as events come')
    .option('--since <seq>', 'only what comes after this number', wholeNumber)
    .action((id: string, options: CommonOptions & { follow?: boolean; since?: number }) =>
      runCommand(options, (terminal) => logs(terminal, id, options)),
    );
  command(program, {
    usage: 'export <session>',
    description: 'the session with every event of its log, as one JSON document',
    examples: ['export 3f2a > session.json', 'export 3f2a --out session.json'],
  })
    .option('--out <file>', 'into this new file')
    .action((id: string, options: CommonOptions & { out?: string }) =>
      runCommand(options, (terminal) => exportSession(terminal, id, options)),
    );
  command(program, {
    usage: 'status <session>',
    description: 'what it is doing, where its log ends, and its digest',
    examples: ['status 3f2a'],
  }).action((id: string, options: CommonOptions) => runCommand(options, (terminal) => status(terminal, id)));
  command(program, {
    usage: 'verify <session>',
    description: 'replay its whole log, and compare what the server stores and shows',
    examples: ['verify 3f2a'],
  }).action((id: string, options: CommonOptions) => runCommand(options, (terminal) => verify(terminal, id)));
}
