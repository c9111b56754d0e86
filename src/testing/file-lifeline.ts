import { setTimeout as delay } from 'node:timers/promises';
import type { CreatedSandbox, CreateSandbox, SandboxProvider, SandboxRef } from '@/ports/sandboxes';
import type { Lifeline, LifelineEnd } from './sandbox-lifeline';

const ASK_AGAIN_MS = 100;

/**
 * Knows and orders main processes through files in their sandboxes, where they can't reach this machine. Processes
 * are gone when their sandbox does not run any more: those of a container end with it.
 */
export class FileLifeline implements Lifeline {
  /** The provider to be tested: what it creates is known to this lifeline. */
  readonly provider: SandboxProvider;
  readonly #refs = new Map<string, SandboxRef>();

  constructor(provider: SandboxProvider) {
    const create = async (spec: CreateSandbox): Promise<CreatedSandbox> => {
      const ref = await provider.create(spec);
      this.#refs.set(spec.key, ref);
      return ref;
    };
    this.provider = { ...provider, create };
  }

  environment(name: string): Record<string, string> {
    return { TEST_NAME: name };
  }

  async join(name: string, role: 'main' | 'daemon' = 'main'): Promise<LifelineEnd> {
    const ref = await this.#untilCreated(name);
    const file = `"$DISPATCH_STATE/${name}.${role}"`;
    await this.#shell(ref, `until [ -e ${file} ]; do sleep 0.1; done`);
    let gone: Promise<unknown> | undefined;
    const untilGone = () => (gone ??= this.#untilGone(ref));
    return {
      // The sandbox may end before it answers. An order that did not arrive shows in a process that is never gone.
      order: (order) => void this.#shell(ref, `echo ${order} > ${file}`).catch(() => undefined),
      get gone() {
        return untilGone();
      },
    };
  }

  async close(): Promise<void> {
    this.#refs.clear();
  }

  async #untilCreated(name: string): Promise<SandboxRef> {
    for (;;) {
      const ref = this.#refs.get(name);
      if (ref !== undefined) return ref;
      await delay(ASK_AGAIN_MS);
    }
  }

  async #untilGone(ref: SandboxRef): Promise<void> {
    while ((await this.provider.status(ref)).state === 'running') await delay(ASK_AGAIN_MS);
  }

  async #shell(ref: SandboxRef, command: string): Promise<void> {
    await this.provider.exec(ref, ['sh', '-c', command]);
  }
}
