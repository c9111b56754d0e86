import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type FromTerminal, TERMINAL_CONTEXT, TERMINAL_PATH, type ToTerminal } from '@/domain/wire/terminal';
import { TICKET_CONTEXT } from '@/domain/wire/tickets';
import { PortListener } from '../ports/listener';
import { TicketCheck } from '../ports/ticket-check';
import { SharedTerminal } from './shared-terminal';
import { TerminalDoor } from './terminal-door';

const KEY = 'token-of-this-life';
const SESSION = '00000000-0000-4000-8000-000000000001';
const APP = 'http://app.test';

let folder: string;
let listener: PortListener;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.now();
  folder = mkdtempSync(join(tmpdir(), 'dispatch-terminal-'));
  const now = () => nowMs;
  const check = new TicketCheck({ sessionId: SESSION, epoch: 1, now });
  const path = '/usr/local/bin:/usr/bin:/bin';
  const terminal = new SharedTerminal({ folder, state: folder, home: folder, path });
  listener = new PortListener({
    ...{ key: KEY, check, now, isOpen: () => Promise.resolve(false) },
    terminal: new TerminalDoor({ key: KEY, check, terminal }),
  });
  await listener.start();
});
afterEach(() => {
  listener.close();
  rmSync(folder, { recursive: true, force: true });
});

function ticket(change: object = {}, context = TERMINAL_CONTEXT): string {
  const given = {
    ...{ nonce: randomUUID(), sessionId: SESSION, epoch: 1, userId: 'ada', name: 'Ada', origin: APP },
    ...{ mayDrive: true, expiresAt: Math.floor(nowMs / 1_000) + 60, ...change },
  };
  const payload = Buffer.from(JSON.stringify(given)).toString('base64url');
  return `${payload}.${createHmac('sha256', KEY).update(`${context}|${payload}`).digest('base64url')}`;
}

/** One client at the terminal: all that it saw, and how things stand. */
class Client {
  readonly socket: WebSocket;
  screen = '';
  state: Extract<FromTerminal, { type: 'state' }> | null = null;
  closed: number | null = null;

  constructor(sealed: string, origin = APP) {
    const url = `ws://127.0.0.1:${listener.port}${TERMINAL_PATH}?dispatch_ticket=${sealed}`;
    this.socket = new WebSocket(url, { origin });
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.screen += data.toString('utf8');
      else this.state = JSON.parse(data.toString('utf8')) as typeof this.state;
    });
    this.socket.on('close', (code) => (this.closed = code));
    this.socket.on('error', () => undefined);
  }

  static async of(name: string, change: object = {}): Promise<Client> {
    const client = new Client(ticket({ userId: name.toLowerCase(), name, ...change }));
    await expect.poll(() => client.state, { timeout: 5_000 }).not.toBeNull();
    return client;
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text));
  }

  say(message: ToTerminal): void {
    this.socket.send(JSON.stringify(message));
  }

  async sees(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.screen, { timeout: 10_000 }).toMatch(text);
  }
}

describe('the shared terminal', () => {
  it('shows everybody the same, also who comes later, and takes what its driver types alone', async () => {
    const [ada, ben] = [await Client.of('Ada'), await Client.of('Ben')];
    ada.type('echo $((6 * 7))-a\r');
    await ada.sees('42-a');
    await ben.sees('42-a');
    expect(ben.state).toMatchObject({ driver: { name: 'Ada', isYou: false }, people: 2 });
    ben.type('echo $((6 * 7))-b\r');
    ada.type('echo $((6 * 7))-c\r');
    await ben.sees('42-c');
    expect(ben.screen).not.toContain('42-b');
    ben.say({ type: 'drive' });
    await expect.poll(() => ada.state?.driver).toMatchObject({ name: 'Ben' });
    ben.type('echo $((6 * 7))-d\r');
    await ada.sees('42-d');
    const late = await Client.of('Cleo');
    await late.sees(/42-a[^]*42-c[^]*42-d/);
    ben.socket.close();
    await expect.poll(() => ada.state).toMatchObject({ driver: null, people: 2 });
  });

  it('is not driven by who may only look on, and is let go by who may no more', async () => {
    const [ada, eve] = [await Client.of('Ada'), await Client.of('Eve', { mayDrive: false })];
    eve.say({ type: 'drive' });
    eve.type('echo $((6 * 7))-e\r');
    ada.type('echo $((6 * 7))-a\r');
    await eve.sees('42-a');
    expect(eve.screen).not.toContain('42-e');
    expect(eve.state).toMatchObject({ mayDrive: false, driver: { name: 'Ada' } });
    ada.say({ type: 'renew', ticket: ticket({ mayDrive: false }) });
    await expect.poll(() => eve.state?.driver).toBeNull();
    ada.type('echo $((6 * 7))-again\r');
    eve.say({ type: 'restart' });
    await expect.poll(() => ada.state).toMatchObject({ mayDrive: false, driver: null });
    expect(eve.screen).not.toContain('42-again');
  });

  it('has the size of its driver’s window, programs in it hear of it, and interrupts reach them', async () => {
    const [ada, ben] = [await Client.of('Ada'), await Client.of('Ben')];
    ada.type('stty size\r');
    await ada.sees('30 100');
    ada.say({ type: 'resize', cols: 91, rows: 33 });
    ben.say({ type: 'resize', cols: 10, rows: 10 });
    await expect.poll(() => ben.state).toMatchObject({ cols: 91, rows: 33 });
    await expect
      .poll(
        async () => {
          ada.type('stty size\r');
          await new Promise((resolve) => setTimeout(resolve, 200));
          return ada.screen;
        },
        { timeout: 10_000 },
      )
      .toContain('33 91');
    ada.type('sleep 1000\r');
    await ada.sees('sleep 1000');
    ada.type('\u0003');
    ada.type('echo $((6 * 7))-after\r');
    await ada.sees('42-after');
  });

  it('has the size that was asked for before its shell was up', async () => {
    const ada = await Client.of('Ada');
    ada.say({ type: 'drive' });
    ada.say({ type: 'resize', cols: 77, rows: 21 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    ada.type('stty size\r');
    await ada.sees('21 77');
  });

  it('has no secret in its environment', async () => {
    const ada = await Client.of('Ada');
    ada.type('env | cut -d= -f1 | sort | tr "\\n" " "; echo $((6 * 7))-end\r');
    await ada.sees('42-end');
    expect(ada.screen).toContain('HOME');
    for (const name of ['DISPATCH_TOKEN', 'DISPATCH_URL', 'DISPATCH_TTY'])
      expect(ada.screen).not.toContain(name);
  });

  it('says that its shell ended, and begins another when somebody wants', async () => {
    const ada = await Client.of('Ada');
    ada.type('exit\r');
    await ada.sees('The shell has ended');
    await expect.poll(() => ada.state).toMatchObject({ isRunning: false });
    ada.say({ type: 'restart' });
    await expect.poll(() => ada.state).toMatchObject({ isRunning: true });
    ada.type('echo $((6 * 7))-new\r');
    await ada.sees('42-new');
  });

  it('lets go of a client that takes nothing, while the others see all of it', async () => {
    const [ada, slow] = [await Client.of('Ada'), await Client.of('Slow')];
    slow.socket.pause();
    ada.type('head -c 30000000 /dev/zero | tr "\\0" x | fold -w 79; echo $((6 * 7))-done\r');
    await expect.poll(() => ada.screen.length, { timeout: 30_000 }).toBeGreaterThan(30_000_000);
    await ada.sees('42-done');
    slow.socket.resume();
    await expect.poll(() => slow.closed, { timeout: 20_000 }).toBe(4_002);
    expect(slow.screen.length).toBeLessThan(ada.screen.length);
  }, 60_000);
});

describe('the door to the terminal', () => {
  const refused = async (sealed: string, origin?: string): Promise<void> => {
    const client = new Client(sealed, origin);
    await expect.poll(() => client.closed).toBe(1_006);
    expect(client.state).toBeNull();
  };

  it.each<[string, () => string]>([
    ['no ticket', () => 'none'],
    ['one to a page', () => ticket({}, TICKET_CONTEXT)],
    ['one of another session', () => ticket({ sessionId: randomUUID() })],
    ['one of another life', () => ticket({ epoch: 2 })],
    ['one that is over', () => ticket({ expiresAt: Math.floor(nowMs / 1_000) - 1 })],
    ['one that is good for too long', () => ticket({ expiresAt: Math.floor(nowMs / 1_000) + 3_600 })],
  ])('is closed to %s', async (_name, make) => refused(make()));

  it('is closed to a ticket that was used, and to a page of another site', async () => {
    const once = ticket();
    const first = new Client(once);
    await expect.poll(() => first.state).not.toBeNull();
    await refused(once);
    await refused(ticket(), 'http://evil.test');
  });

  it('is not kept open by another person’s ticket, nor by words that it does not know', async () => {
    const ada = await Client.of('Ada');
    ada.say({ type: 'renew', ticket: ticket({ userId: 'eve', mayDrive: false }) });
    ada.socket.send('{"type":"explode"}');
    ada.socket.send('no json');
    ada.type('echo $((6 * 7))-still\r');
    await ada.sees('42-still');
    expect(ada.state).toMatchObject({ mayDrive: true });
  });
});
