import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type SandboxExit } from '@/domain/wire/sandbox-host';
import { type CreateSandbox, type SandboxProvider, type SandboxRef } from '@/ports/sandboxes';
import { type LifelineEnd, type SandboxLifeline } from './sandbox-lifeline';

/** A provider to be tested, whose main process is `STAND_IN_SUPERVISOR`. */
export interface ProviderUnderTest {
  provider: SandboxProvider;
  /** Resolves when the provider tells that this sandbox ended unasked. */
  exitOf: (ref: SandboxRef) => Promise<SandboxExit>;
  /** Stands for a crash or restart of whatever holds the sandboxes. Absent where that can't be done. */
  restart?: () => Promise<void>;
  stop: () => Promise<void>;
}

export interface ContractContext {
  under: ProviderUnderTest;
  lifeline: SandboxLifeline;
}

/** A sandbox of a test, with a line to its main process. */
export interface LiveSandbox {
  ref: SandboxRef;
  spec: CreateSandbox;
  main: LifelineEnd;
}

type Overrides = Partial<Omit<CreateSandbox, 'key'>>;

/** What a session asks for at its first start, unless told otherwise. */
export function specOf(context: ContractContext, overrides: Overrides = {}): CreateSandbox {
  const session = overrides.labels?.['session'] ?? randomUUID();
  const key = `s-${session}-${randomUUID().slice(0, 6)}`;
  return {
    from: { type: 'image' },
    ...overrides,
    key,
    env: { ...overrides.env, ...context.lifeline.environment(key) },
    labels: { ...overrides.labels, session },
  };
}

/** Creates a sandbox and waits for its main process. */
export async function startSandbox(
  context: ContractContext,
  overrides: Overrides = {},
): Promise<LiveSandbox> {
  const spec = specOf(context, overrides);
  const [ref, main] = await Promise.all([
    context.under.provider.create(spec),
    context.lifeline.join(spec.key),
  ]);
  return { ref, spec, main };
}

/** Standard output of a shell command that has to succeed. */
export async function shell(context: ContractContext, ref: SandboxRef, command: string): Promise<string> {
  const { code, stdout, stderr } = await context.under.provider.exec(ref, ['sh', '-c', command]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim();
}

/** The snapshot of a sandbox that ends now. */
export async function keep(context: ContractContext, ref: SandboxRef): Promise<string> {
  const { snapshot } = await context.under.provider.terminate(ref, { keep: true });
  if (snapshot === null) throw new Error(`The disk of ${ref.id} was not kept.`);
  return snapshot;
}
