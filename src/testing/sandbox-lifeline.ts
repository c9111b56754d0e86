import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';

/**
 * A stand-in for the supervisor: notes its environment, starts a daemon that leaves its process group, and holds a
 * connection to the test from each of the two, so that the test sees them end as an event. Does what it is told. Where
 * it has no port to connect to, it says that it is up in a file, and is told in another.
 */
export const STAND_IN_SUPERVISOR = `
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

const [role = 'main'] = process.argv.slice(2);
const { DISPATCH_STATE, TEST_PORT, TEST_NAME } = process.env;
if (role === 'main') {
  writeFileSync(DISPATCH_STATE + '/environment.json', JSON.stringify(process.env));
  const self = fileURLToPath(import.meta.url);
  spawn(process.execPath, [self, 'daemon'], { detached: true, stdio: 'ignore' }).unref();
  console.log('the supervisor runs');
}
const obey = (order) => {
  if (order === 'die') process.kill(process.pid, 'SIGKILL');
  if (order === 'eat') for (const eaten = []; ; eaten.push(Buffer.alloc(10_000_000, 1)));
  if (order.startsWith('exit')) process.exit(Number(order.slice(5)));
};
const byFile = () => {
  const file = DISPATCH_STATE + '/' + TEST_NAME + '.' + role;
  writeFileSync(file, '');
  setInterval(() => obey(readFileSync(file, 'utf8').trim()), 100);
};
const byLine = () => {
  const line = connect(Number(TEST_PORT), '127.0.0.1', () => line.write(TEST_NAME + ' ' + role + '\\n'));
  line.on('error', () => undefined);
  line.on('data', (data) => obey(data.toString().trim()));
  setInterval(() => undefined, 60_000);
};
if (TEST_PORT === undefined) byFile();
else byLine();
`;

export interface LifelineEnd {
  /** Tells the process to \`die\` by SIGKILL, to \`exit <code>\`, or to \`eat\` memory without end. */
  order(order: string): void;
  /** Resolves when the process is gone. */
  gone: Promise<unknown>;
}

/** How a test knows and orders the main processes of sandboxes. */
export interface Lifeline {
  /** What a sandbox has to find in its environment. */
  environment(name: string): Record<string, string>;
  /** Waits until the process of that name and role has come up. */
  join(name: string, role?: 'main' | 'daemon'): Promise<LifelineEnd>;
  close(): Promise<void>;
}

/** The test's end of the connections that sandboxed processes hold. */
export class SandboxLifeline implements Lifeline {
  private readonly server: Server;
  private readonly arrived = new Map<string, Socket>();
  private readonly waiting = new Map<string, (socket: Socket) => void>();

  private constructor(server: Server) {
    this.server = server;
  }

  static async open(): Promise<SandboxLifeline> {
    const server = createServer();
    const lifeline = new SandboxLifeline(server);
    server.on('connection', (socket) => void lifeline.greet(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return lifeline;
  }

  /** What a sandbox has to find in its environment. */
  environment(name: string): Record<string, string> {
    // A TCP server that listens has an AddressInfo.
    const { port } = this.server.address() as AddressInfo;
    return { TEST_PORT: String(port), TEST_NAME: name };
  }

  /** Waits until the process of that name and role has come up; each arrival is handed out once. */
  async join(name: string, role: 'main' | 'daemon' = 'main'): Promise<LifelineEnd> {
    const key = `${name} ${role}`;
    const socket =
      this.arrived.get(key) ?? (await new Promise<Socket>((resolve) => this.waiting.set(key, resolve)));
    this.arrived.delete(key);
    return {
      order: (order) => void socket.write(`${order}\n`),
      gone: socket.closed ? Promise.resolve() : once(socket, 'close'),
    };
  }

  async close(): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }

  private async greet(socket: Socket): Promise<void> {
    // A process that is killed resets its connection, which is what the tests wait for.
    socket.on('error', () => undefined);
    const [data] = (await once(socket, 'data')) as [Buffer];
    const key = data.toString('utf8').trim();
    const wanted = this.waiting.get(key);
    this.waiting.delete(key);
    if (wanted === undefined) this.arrived.set(key, socket);
    else wanted(socket);
    socket.resume();
  }
}
