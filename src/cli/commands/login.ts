import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@/domain/errors';
import { ApiClient } from '../api-client';
import { readConfig, writeConfig } from '../config-file';
import { visibleLine } from '../print/visible-text';
import type { CommandResult } from '../run-command';
import { serverOf, type Terminal } from '../terminal';
import { UnreachableError } from '../unreachable-error';

/** Signs this terminal in: with a token, or by a code that a signed-in person approves in a browser. */
export async function login(
  terminal: Terminal,
  options: { server?: string; token?: string },
): Promise<CommandResult> {
  const server = serverOf(terminal, options.server);
  const token = options.token ?? (await askInBrowser(terminal, server));
  const { person } = await new ApiClient(server, token).call((client) => client.auth.whoami.query());
  const kept = readConfig(terminal.environment.configFolder);
  const path = writeConfig(terminal.environment.configFolder, {
    ...{ ...kept, server },
    servers: { ...kept.servers, [server]: { token } },
  });
  terminal.err(`Signed in to ${server} as ${visibleLine(person.name)}. Kept in ${path}.\n`);
  if (terminal.environment.token !== undefined) {
    terminal.err('DISPATCH_TOKEN is set and goes before it.\n');
  }
  return { json: { server, user: person } };
}

async function askInBrowser({ warn }: Terminal, server: string): Promise<string> {
  const api = new ApiClient(server, null);
  const label = `${userInfo().username}@${hostname()}`.slice(0, 100);
  const device = await api.call((client) => client.auth.startDevice.mutate({ label }));
  warn(
    `Open ${visibleLine(device.verifyUrl, 500)}\nand check that it shows the code ${visibleLine(device.userCode)}\n`,
  );
  const { deviceCode } = device;
  const deadline = Date.now() + device.expiresInS * 1_000;
  while (Date.now() < deadline) {
    await sleep(device.intervalS * 1_000);
    const poll = await ask(() => api.call((client) => client.auth.pollDevice.mutate({ deviceCode })));
    if (poll?.status === 'approved') return poll.token;
    if (poll?.status === 'expired') break;
  }
  throw new AppError('unauthenticated', 'The code was not approved in time.');
}

/** A server that is away for a moment does not end the wait. */
async function ask<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UnreachableError) return null;
    throw error;
  }
}
