import { randomBytes } from 'node:crypto';
import type { Frame } from './recordings';

const ID = /^(ses|msg|prt|per|que|call)_/;
const TIMES = new Set(['created', 'completed', 'start', 'end', 'updated']);
let lastTime = 0;

/** An id in OpenCode's form: they sort by time. */
export function newId(prefix: string): string {
  lastTime = Math.max(Date.now() * 0x1000, lastTime + 1);
  return `${prefix}_${lastTime.toString(16).slice(-12)}${randomBytes(7).toString('hex')}`;
}

/** Tells a recording as if it happened now: with ids of its own, except for those that are given. */
export class Retelling {
  readonly #ids: Map<string, string>;

  constructor(known: ReadonlyMap<string, string>) {
    this.#ids = new Map(known);
  }

  /** Puts another id in the place of a recorded one from now on. */
  replace(recorded: string, id: string): void {
    this.#ids.set(recorded, id);
  }

  tell(frame: Frame): Frame {
    // Rewriting changes values of an object, never its shape.
    return { type: frame.type, properties: this.#rewrite(frame.properties) as Frame['properties'] };
  }

  #rewrite(value: unknown): unknown {
    if (typeof value === 'string') return this.#renamed(value);
    if (Array.isArray(value)) return value.map((item) => this.#rewrite(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        TIMES.has(key) && typeof item === 'number' ? Date.now() : this.#rewrite(item),
      ]),
    );
  }

  #renamed(text: string): string {
    const prefix = ID.exec(text)?.[1];
    if (prefix === undefined) return text;
    const known = this.#ids.get(text) ?? newId(prefix);
    this.#ids.set(text, known);
    return known;
  }
}
