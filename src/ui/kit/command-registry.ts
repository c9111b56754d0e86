import { isPressed, type Key, type KeyPress } from './keys';

/** Something that can be done on the present screen, by its key or from the palette. */
export interface Command {
  /** One word for each thing that can be done; the screen's own goes before the app's of the same id. */
  id: string;
  /** What happens, in sentence case, as a button would say it. */
  title: string;
  /** Under which heading it is listed. */
  group: string;
  keys?: Key | readonly Key[] | undefined;
  /**
   * Null for what a field or the browser does by itself, such as Enter on a link: it is listed on the sheet of keys
   * and is no entry of the palette.
   */
  run: (() => void) | null;
  /** Asked when the key is pressed and when the palette is drawn; left out, it always can be done. */
  isEnabled?: (() => boolean) | undefined;
  /** More words that find it in the palette. */
  words?: string | undefined;
  /** Makes sense as a key only, such as moving by one row: it is no entry of the palette. */
  isKeyOnly?: boolean | undefined;
  /** Runs again while the key is held down. */
  repeats?: boolean | undefined;
  /** Runs while somebody types or a dialog is open, too. Its key needs a modifier. */
  whileTyping?: boolean | undefined;
}

type Layer = 'app' | 'screen';
interface Source {
  layer: Layer;
  read: () => readonly Command[];
}

/** Where a key was pressed. */
export interface KeyScene {
  isMac: boolean;
  /** What is typed belongs to a field, or to a dialog that is open. */
  isTaken: boolean;
}

export const keysOf = ({ keys = [] }: Command): readonly Key[] => (typeof keys === 'string' ? [keys] : keys);
export const canRun = (command: Command): boolean => command.run !== null && command.isEnabled?.() !== false;

/** Everything that can be done now: what screens registered while they are there, and what the app can do anywhere. */
export class CommandRegistry {
  readonly #sources = new Set<Source>();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #awaited: string | null = null;

  /** `read` is asked anew each time, so that it may answer with whatever was drawn last. Returns the way to leave. */
  add(layer: Layer, read: () => readonly Command[]): () => void {
    const source = { layer, read };
    this.#sources.add(source);
    this.#changed();
    if (layer === 'screen') this.#runAwaited(read());
    return () => {
      this.#sources.delete(source);
      this.#changed();
    };
  }

  /** Hears of screens that come and go. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another number whenever a screen came or went. */
  readonly getVersion = (): number => this.#version;

  /** Every command once, the screen's before the app's. */
  list(): Command[] {
    const sources = [...this.#sources];
    const inOrder = [
      ...sources.filter(({ layer }) => layer === 'screen'),
      ...sources.filter(({ layer }) => layer === 'app'),
    ].flatMap(({ read }) => read());
    const known = new Set<string>();
    return inOrder.filter(({ id }) => !known.has(id) && known.add(id));
  }

  /** False when there is no such command now, or it can't be done. */
  run(id: string): boolean {
    const command = this.list().find((candidate) => candidate.id === id);
    if (!command || !canRun(command)) return false;
    command.run?.();
    return true;
  }

  /** Runs a command of the next screen that has it; used together with going there. The last wish counts. */
  runWhenThere(id: string): void {
    this.#awaited = id;
  }

  /** Runs the command of a key; false when the key is nobody's here. */
  press(press: KeyPress & { repeat: boolean }, { isMac, isTaken }: KeyScene): boolean {
    const command = this.list().find(
      (candidate) =>
        keysOf(candidate).some((key) => isPressed(key, press, isMac)) &&
        (!isTaken || candidate.whileTyping === true) &&
        canRun(candidate),
    );
    if (!command) return false;
    if (!press.repeat || command.repeats === true) command.run?.();
    return true;
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of [...this.#listeners]) listener();
  }

  #runAwaited(commands: readonly Command[]): void {
    const command = commands.find(({ id }) => id === this.#awaited);
    if (!command) return;
    this.#awaited = null;
    command.run?.();
  }
}

/** The commands of this tab. */
export const commandRegistry = new CommandRegistry();
