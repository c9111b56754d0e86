import { type FromTerminal, type TerminalSize } from '@/domain/wire/terminal';
import { ByteRing } from '../../setup/byte-ring';
import { Shell, type ShellPlace } from './shell';

/** As much of what was printed is shown to who comes later. */
const SCROLLBACK_BYTES = 256 * 1024;
const FIRST_SIZE: TerminalSize = { cols: 100, rows: 30 };

/** Somebody who looks at the terminal, by one client. */
export interface Watcher {
  userId: string;
  name: string;
  mayDrive: boolean;
  /** Output as it is, or how things stand. */
  send: (data: Buffer | FromTerminal) => void;
}

/** One shell that everybody sees and one drives. It is started when somebody first looks, and lives as long as its bridge. */
export class SharedTerminal {
  readonly #place: ShellPlace;
  readonly #watchers = new Set<Watcher>();
  #shell: Shell | null = null;
  #printed = new ByteRing(SCROLLBACK_BYTES);
  #driver: Watcher | null = null;
  #size = FIRST_SIZE;

  constructor(place: ShellPlace) {
    this.#place = place;
  }

  join(watcher: Watcher): void {
    this.#watchers.add(watcher);
    if (!this.#shell && this.#printed.total === 0) this.#start();
    this.#tellAll();
    const printed = this.#printed.read();
    if (printed.length > 0) watcher.send(printed);
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#driver === watcher) this.#driver = null;
    this.#tellAll();
  }

  /** What somebody typed; of anybody but the driver it is dropped. Where nobody drives, typing is how one begins to. */
  type(watcher: Watcher, bytes: Buffer): void {
    if (!this.#driver && watcher.mayDrive) this.drive(watcher);
    if (this.#driver === watcher) this.#shell?.write(bytes);
  }

  /** Takes the keyboard, whoever has it. */
  drive(watcher: Watcher): void {
    if (!watcher.mayDrive || this.#driver === watcher) return;
    this.#driver = watcher;
    this.#tellAll();
  }

  release(watcher: Watcher): void {
    if (this.#driver !== watcher) return;
    this.#driver = null;
    this.#tellAll();
  }

  /** The window is as large as the driver's. */
  resize(watcher: Watcher, { cols, rows }: TerminalSize): void {
    if (this.#driver !== watcher) return;
    this.#size = { cols, rows };
    this.#shell?.resize(this.#size);
    this.#tellAll();
  }

  /** Another shell, once the one before has ended. */
  restart(watcher: Watcher): void {
    if (this.#shell || !watcher.mayDrive) return;
    this.#start();
    this.#tellAll();
  }

  close(): void {
    this.#shell?.end();
  }

  #start(): void {
    this.#shell = new Shell(this.#place, this.#size, {
      onOutput: (chunk) => this.#print(chunk),
      onEnd: (why) => {
        this.#shell = null;
        this.#print(Buffer.from(`\r\n[${why ?? 'The shell has ended.'}]\r\n`));
        this.#tellAll();
      },
    });
  }

  #print(chunk: Buffer): void {
    this.#printed.add(chunk);
    for (const watcher of this.#watchers) watcher.send(chunk);
  }

  #tellAll(): void {
    const driver = this.#driver;
    for (const watcher of this.#watchers) {
      watcher.send({
        ...{ type: 'state', ...this.#size, mayDrive: watcher.mayDrive, isRunning: this.#shell !== null },
        people: new Set([...this.#watchers].map(({ userId }) => userId)).size,
        driver: driver && { userId: driver.userId, name: driver.name, isYou: driver === watcher },
      });
    }
  }
}
