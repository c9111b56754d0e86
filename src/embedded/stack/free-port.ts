import { createServer } from 'node:net';

/** The wanted port when it is free on the loopback, else any free one. */
export async function freePort(wanted: number): Promise<number> {
  return (await canListen(wanted)) ?? (await canListen(0)) ?? wanted;
}

/** Tries a port; answers the one that it got, or null when it is taken. */
async function canListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const got = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(got));
    });
  });
}
