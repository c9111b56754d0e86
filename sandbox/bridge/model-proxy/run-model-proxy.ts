import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxEnvironment } from '@/domain/wire/supervisor';
import { errorCode } from '../../supervisor/kill-processes';
import { readProxyAddress, writeProxyAddress } from './address-file';
import { createModelProxy } from './model-proxy';

/** Serves until the supervisor is gone. It takes the address of its predecessor if that one was killed. */
export async function runModelProxy(environment: SandboxEnvironment): Promise<void> {
  const known = readProxyAddress(environment.DISPATCH_STATE);
  const path = known?.path ?? randomBytes(16).toString('hex');
  const server = createModelProxy({
    serverUrl: environment.DISPATCH_URL,
    token: environment.DISPATCH_TOKEN,
    path,
  });
  const port = await listen(server, known?.port ?? 0);
  writeProxyAddress(environment.DISPATCH_STATE, { port, path });
  process.on('disconnect', () => process.exit(0));
}

/** The wanted port, or any free one when another program has it. */
async function listen(server: Server, port: number): Promise<number> {
  try {
    return await listenOn(server, port);
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE' || port === 0) throw error;
    return listenOn(server, 0);
  }
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      // A listening TCP server always has an address of this kind.
      resolve((server.address() as AddressInfo).port);
    });
  });
}
