const ESC = 0x1b;
const BELL = 0x07;
/** After ESC: a string for the terminal itself, up to ESC \ or a bell: OSC, DCS, SOS, PM, APC. */
const STRINGS = new Set([0x5d, 0x50, 0x58, 0x5e, 0x5f]);
/** Of such a string's end, after ESC. */
const BACKSLASH = 0x5c;

/**
 * Passes a shell's output on without what speaks to the terminal and not to its reader: strings that set its title, its
 * clipboard or its colours, or ask it something that it would answer as if it were typed. Sequences that move and colour
 * text pass. One for each stream, since a sequence may come in pieces.
 */
export class SafeOutput {
  #state: 'text' | 'escape' | 'string' | 'string-escape' = 'text';

  pass(bytes: Uint8Array): Uint8Array {
    const kept: number[] = [];
    for (const byte of bytes) this.#take(byte, kept);
    return Uint8Array.from(kept);
  }

  #take(byte: number, kept: number[]): void {
    switch (this.#state) {
      case 'text':
        if (byte === ESC) this.#state = 'escape';
        else kept.push(byte);
        return;
      case 'escape':
        if (STRINGS.has(byte)) this.#state = 'string';
        else if (byte !== ESC) {
          this.#state = 'text';
          kept.push(ESC, byte);
        }
        return;
      case 'string':
        if (byte === BELL) this.#state = 'text';
        else if (byte === ESC) this.#state = 'string-escape';
        return;
      case 'string-escape':
        this.#state = byte === BACKSLASH ? 'text' : 'string';
    }
  }
}
