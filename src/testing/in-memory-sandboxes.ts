import { AppError } from '@/domain/errors';
import type { CreateSandbox, SandboxProvider, SandboxRef, SandboxStatus } from '@/ports/sandboxes';

/** One sandbox as this provider remembers it. */
export interface InMemorySandbox {
  id: string;
  spec: CreateSandbox;
  status: SandboxStatus;
}

const KIND = 'memory';

/**
 * A provider of sandboxes in which nothing runs: it keeps what was asked of it, with the promises of the port.
 * Creating by a key answers the running one, ending twice is no error, and a disk that is kept has a name.
 */
export class InMemorySandboxes implements SandboxProvider {
  readonly kind = KIND;
  readonly all: InMemorySandbox[] = [];
  readonly snapshots = new Set<string>();
  /** Thrown by the next calls of `create`, one each. */
  readonly createFailures: Error[] = [];
  /** Thrown by every call while it is set. */
  outage: Error | null = null;
  /** Awaited by `create` before it answers. */
  beforeCreated: () => Promise<void> = () => Promise.resolve();

  get running(): InMemorySandbox[] {
    return this.all.filter(({ status }) => status.state === 'running');
  }

  /** The sandbox's main process ends by itself. */
  kill(id: string, code = 137): void {
    this.#of(id).status = { state: 'exited', code };
  }

  async capabilities() {
    this.#refuseInOutage();
    return { isolation: 'namespace', localRepositories: true, exitSnapshot: true } as const;
  }

  async create(spec: CreateSandbox): Promise<SandboxRef> {
    this.#refuseInOutage();
    const failure = this.createFailures.shift();
    if (failure) throw failure;
    if (spec.from.type === 'snapshot' && !this.snapshots.has(spec.from.id)) {
      throw new AppError('sandbox_unavailable', `There is no snapshot ${spec.from.id}.`);
    }
    const known = this.running.find((sandbox) => sandbox.spec.key === spec.key);
    if (known) return { provider: KIND, id: known.id };
    const id = `sb-${this.all.length + 1}`;
    this.all.push({ id, spec, status: { state: 'running' } });
    await this.beforeCreated();
    return { provider: KIND, id };
  }

  async status({ id }: SandboxRef): Promise<SandboxStatus> {
    this.#refuseInOutage();
    return this.all.find((sandbox) => sandbox.id === id)?.status ?? { state: 'unknown' };
  }

  async list(labels: Record<string, string>): Promise<SandboxRef[]> {
    this.#refuseInOutage();
    const isMeant = ({ spec }: InMemorySandbox) =>
      Object.entries(labels).every(([name, value]) => spec.labels[name] === value);
    return this.running.filter(isMeant).map(({ id }) => ({ provider: KIND, id }));
  }

  async exec(): Promise<never> {
    throw new AppError('sandbox_unavailable', 'Nothing runs in this sandbox.');
  }

  async terminate({ id }: SandboxRef, { keep = false } = {}): Promise<{ snapshot: string | null }> {
    this.#refuseInOutage();
    const sandbox = this.all.find((each) => each.id === id);
    if (!sandbox) return { snapshot: null };
    if (sandbox.status.state === 'running') sandbox.status = { state: 'exited', code: 0 };
    if (!keep) return { snapshot: null };
    const snapshot = `disk-of-${id}`;
    this.snapshots.add(snapshot);
    return { snapshot };
  }

  async dropSnapshot(id: string): Promise<void> {
    this.snapshots.delete(id);
  }

  #refuseInOutage(): void {
    if (this.outage) throw this.outage;
  }

  #of(id: string): InMemorySandbox {
    const sandbox = this.all.find((each) => each.id === id);
    if (!sandbox) throw new Error(`No sandbox ${id}.`);
    return sandbox;
  }
}
