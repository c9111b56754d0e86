import { emitKeypressEvents } from 'node:readline';
import type { Key } from './composer';

const PASTE_ON = '\u001b[?2004h';
const PASTE_OFF = '\u001b[?2004l';

interface KeyboardOptions {
  onKey: (key: Key) => void;
  /** Terminals mark what is pasted, so that a line feed in it sends nothing. */
  onPaste: (text: string) => void;
  write: (text: string) => void;
}

interface RawKey {
  name?: string;
  ctrl?: boolean;
  meta?: boolean;
}

/** Reads single keys until it is closed; the terminal is as before then, however this process ends. */
export class Keyboard {
  readonly #options: KeyboardOptions;
  #pasted: string | null = null;

  constructor(options: KeyboardOptions) {
    this.#options = options;
    emitKeypressEvents(process.stdin);
    process.stdin.on('keypress', this.#press);
    process.once('exit', this.#restore);
    this.resume();
  }

  resume(): void {
    process.stdin.setRawMode(true);
    process.stdin.resume();
    this.#options.write(PASTE_ON);
  }

  /** Gives the terminal to somebody else for a while. */
  readonly pause = (): void => {
    this.#restore();
    process.stdin.pause();
  };

  close(): void {
    process.stdin.off('keypress', this.#press);
    process.off('exit', this.#restore);
    this.pause();
  }

  readonly #restore = (): void => {
    process.stdin.setRawMode(false);
    this.#options.write(PASTE_OFF);
  };

  readonly #press = (text: string | undefined, { name = '', ctrl = false, meta = false }: RawKey): void => {
    if (name === 'paste-start') this.#pasted = '';
    else if (name === 'paste-end') {
      this.#options.onPaste((this.#pasted ?? '').replace(/\r\n?/g, '\n'));
      this.#pasted = null;
    } else if (this.#pasted !== null) this.#pasted += text ?? '';
    else this.#options.onKey({ text: text ?? '', name, ctrl, meta });
  };
}
