import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './free-port';

const Ports = z.record(z.string(), z.number().int());

/** The ports of a stack's parts, the same at every start as long as nobody else takes them: addresses are kept in rows. */
export class KeptPorts {
  readonly #path: string;
  readonly #ports: Record<string, number>;

  readonly #isAny: boolean;

  /** With `isAny`, a first start takes whatever is free: stacks that start at the same moment want the same ports. */
  constructor(dataFolder: string, { isAny = false }: { isAny?: boolean } = {}) {
    this.#isAny = isAny;
    this.#path = join(dataFolder, 'ports.json');
    this.#ports = existsSync(this.#path) ? Ports.parse(JSON.parse(readFileSync(this.#path, 'utf8'))) : {};
  }

  /** The port that a part had at the last start; undefined at its first. */
  former(part: string): number | undefined {
    return this.#ports[part];
  }

  /** The part's former port, else the wanted one, else any that is free. */
  async take(part: string, wanted: number): Promise<number> {
    return this.takeNamed(part, this.#ports[part] ?? (this.#isAny ? 0 : wanted));
  }

  /** The named port if it is free, whatever the part had before; else any. */
  async takeNamed(part: string, named: number): Promise<number> {
    const port = await freePort(named);
    this.#ports[part] = port;
    writeFileSync(this.#path, `${JSON.stringify(this.#ports)}\n`);
    return port;
  }
}
