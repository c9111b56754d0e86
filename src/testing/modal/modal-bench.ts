import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createModalSandboxes, type ModalSandboxesOptions } from '@/integrations/modal/sandboxes';
import type { CreateSandbox, SandboxProvider } from '@/ports/sandboxes';
import { ModalStandIn, STAND_IN_IMAGE } from './modal-stand-in';

export interface ModalBench {
  readonly standIn: ModalStandIn;
  /** One with a client of its own, which has called nothing yet. */
  provider: (options?: Partial<ModalSandboxesOptions>) => SandboxProvider;
}

/** A stand-in of Modal for the tests of a file; after each, its sandboxes end and its faults are gone. */
export function useModalBench(): () => ModalBench {
  let standIn: ModalStandIn | undefined;
  const bench: ModalBench = {
    get standIn() {
      if (standIn === undefined) throw new Error('The stand-in did not start.');
      return standIn;
    },
    provider: (options = {}) => {
      const account = { ...bench.standIn.credentials, appName: 'dispatch-test', image: STAND_IN_IMAGE };
      return createModalSandboxes({ ...account, ...options });
    },
  };
  beforeAll(async () => {
    standIn = await ModalStandIn.start();
  });
  afterEach(() => bench.standIn.reset());
  afterAll(() => standIn?.stop());
  return () => bench;
}

/** What a session asks for at its first start. */
export function specOf(overrides: Partial<CreateSandbox> = {}): CreateSandbox {
  const session = randomUUID();
  return {
    key: `s-${session}-1`,
    from: { type: 'image' },
    // Nobody listens there, which the stand-in of the supervisor takes.
    env: { TEST_PORT: '9', TEST_NAME: session },
    labels: { deployment: 'test', session, epoch: '1' },
    ...overrides,
  };
}
