import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Listens on the loopback address only; 0 takes any free port. Answers the base URL, without a slash at its end. */
export async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo; the other shapes belong to pipes and closed servers.
  const address = server.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}

/** Takes no more requests and cuts those that are under way: their callers repeat them. */
export async function stopListening(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
