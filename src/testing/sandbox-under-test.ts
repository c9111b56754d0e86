import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type SandboxExit } from '@/domain/wire/sandbox-host';
import { type CreateSandbox, type SandboxProvider, type SandboxRef } from '@/ports/sandboxes';
import { type Lifeline, type LifelineEnd } from './sandbox-lifeline';

/** A provider to be tested, whose main process is `STAND_IN_SUPERVISOR`. */
export interface ProviderUnderTest {
  provider: SandboxProvider;
  /** Resolves when the provider tells that this sandbox ended unasked. Absent where it has to be asked. */
  exitOf?: (ref: SandboxRef) => Promise<SandboxExit>;
  /** For main processes that can't reach this machine. */
  lifeline?: Lifeline;
  /** Variables that the platform gives to every sandbox. */
  platformVariables?: RegExp;
  /** What it limits can't be seen in a test: who stands for it does not, or it does not tell. */
  hidesLimits?: boolean;
  /** Stands for a crash or restart of whatever holds the sandboxes. Absent where that can't be done. */
  restart?: () => Promise<void>;
  stop: () => Promise<void>;
}

export interface ContractContext {
  under: ProviderUnderTest;
  lifeline: Lifeline;
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

const ASK_AGAIN_MS = 100;

/** The snapshot of a sandbox that ends now, or has ended; asked for until it is there. */
export async function keep(context: ContractContext, ref: SandboxRef): Promise<string> {
  for (;;) {
    const { snapshot, isPending } = await context.under.provider.terminate(ref, { keep: true });
    if (snapshot !== null) return snapshot;
    if (!isPending) throw new Error(`The disk of ${ref.id} was not kept.`);
    await delay(ASK_AGAIN_MS);
  }
}

/** How a sandbox ended unasked, by a provider that tells. */
export async function exitOf({ under }: ContractContext, ref: SandboxRef): Promise<SandboxExit> {
  if (under.exitOf === undefined) throw new Error('This provider tells of no end.');
  return under.exitOf(ref);
}

/** The exit status of a sandbox that ends unasked, told or asked for. */
export async function exitCodeOf(context: ContractContext, ref: SandboxRef): Promise<number> {
  if (context.under.exitOf !== undefined) return (await exitOf(context, ref)).code;
  for (;;) {
    const status = await context.under.provider.status(ref);
    if (status.state === 'exited') return status.code;
    if (status.state === 'unknown') throw new Error(`${ref.id} ended, and nobody knows how.`);
    await delay(ASK_AGAIN_MS);
  }
}
