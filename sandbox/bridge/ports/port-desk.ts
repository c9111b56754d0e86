import { MAX_PORTS, type OpenPort, type ReadAnswer } from '@/domain/wire/reads';
import { readEnvironmentFile } from '../../setup/setup-files';
import { steadyMs } from '../../steady-clock';
import type { Git } from '../../workspace/git';
import type { BridgeEnvironment } from '../environment';
import { listeningPorts } from './listening-ports';
import { SharedTerminal } from '../terminal/shared-terminal';
import { TerminalDoor } from '../terminal/terminal-door';
import { PortListener } from './listener';
import { TicketCheck } from './ticket-check';

/** A page loads many files at once, and a look through all processes takes some milliseconds. */
const FRESH_MS = 1_000;

/** Knows the sandbox's ports and opens the listener in front of them when somebody first asks. */
export class PortDesk {
  readonly #environment: BridgeEnvironment;
  readonly #listener: PortListener;
  #starting: Promise<void> | null = null;
  #seen: { ports: Promise<Set<number>>; atMs: number } | null = null;

  /** `folder`: the repository, where the terminal begins. */
  constructor(environment: BridgeEnvironment, folder: string) {
    this.#environment = environment;
    const { DISPATCH_TOKEN: key, DISPATCH_STATE: state, HOME: home, PATH: path } = environment;
    const terminal = new SharedTerminal({ folder, state, home, path });
    const now = (): number => Date.now();
    const { DISPATCH_SESSION: sessionId, DISPATCH_EPOCH: epoch } = environment;
    const check = new TicketCheck({ sessionId, epoch, now });
    this.#listener = new PortListener({
      ...{ key, check, now },
      terminal: new TerminalDoor({ key, check, terminal }),
      isOpen: async (port) => (await this.#listening()).has(port),
    });
  }

  /** The ports that the repository names or something listens at, with where to be let in to them. */
  async list(git: Git): Promise<ReadAnswer> {
    const listener = await this.#open();
    this.#seen = null;
    const listening = await this.#listening();
    const { environment } = await readEnvironmentFile(git);
    const ports = new Map<number, OpenPort>();
    for (const { port, name } of environment.ports ?? [])
      ports.set(port, { port, name: name ?? null, isListening: listening.has(port) });
    for (const port of [...listening].sort((a, b) => a - b))
      if (!ports.has(port)) ports.set(port, { port, name: null, isListening: true });
    return { type: 'ports', listener, ports: [...ports.values()].slice(0, MAX_PORTS) };
  }

  close(): void {
    this.#listener.close();
  }

  async #open(): Promise<number> {
    this.#starting ??= this.#listener.start();
    try {
      await this.#starting;
    } catch (error) {
      this.#starting = null;
      throw error;
    }
    if (this.#listener.port === null) throw new Error('the listener is closed');
    return this.#listener.port;
  }

  #listening(): Promise<Set<number>> {
    const nowMs = steadyMs();
    if (!this.#seen || nowMs - this.#seen.atMs > FRESH_MS)
      this.#seen = { ports: listeningPorts(this.#environment.HOME), atMs: nowMs };
    return this.#seen.ports;
  }
}
