import type { Command } from 'commander';
import { config } from '../commands/config';
import { login } from '../commands/login';
import { logout } from '../commands/logout';
import { whoami } from '../commands/whoami';
import { runCommand } from '../run-command';
import { command, type CommonOptions } from './command';

export function addSignIn(program: Command): void {
  command(program, {
    usage: 'login',
    description: 'sign this terminal in, by a code in the browser',
    examples: ['login --server https://dispatch.example', 'login --token "$TOKEN" --json'],
  })
    .option('--server <url>', 'the server to sign in to')
    .option('--token <token>', 'a token that you have already')
    .action((options: CommonOptions & { server?: string; token?: string }) =>
      runCommand(options, (terminal) => login(terminal, options)),
    );
  command(program, {
    usage: 'logout',
    description: 'revoke the token and forget it',
    examples: ['logout', 'logout --server https://dispatch.example'],
  })
    .option('--server <url>', 'the server to sign out of')
    .action((options: CommonOptions & { server?: string }) =>
      runCommand(options, (terminal) => logout(terminal, options)),
    );
  command(program, {
    usage: 'whoami',
    description: 'who you are, and on which server',
    examples: ['whoami', 'whoami --json'],
  }).action((options: CommonOptions) => runCommand(options, whoami));
  command(program, {
    usage: 'config [server]',
    description: 'which server commands go to; with an address, choose it',
    examples: ['config', 'config https://dispatch.example', 'config https://dispatch.acme.example --here'],
  })
    .option('--here', 'only for commands given in this folder or below it')
    .option('--unset', 'forget the choice for this folder')
    .action((server: string | undefined, options: CommonOptions & { here?: boolean; unset?: boolean }) =>
      runCommand(options, (terminal) => config(terminal, server, options)),
    );
}
