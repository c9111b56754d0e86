import { AppError } from '@/domain/errors';
import type { SandboxLimit } from '@/domain/events/session-event';
import type {
  CreatedSandbox,
  CreateSandbox,
  KeptDisk,
  SandboxCapabilities,
  SandboxProvider,
  SandboxRef,
  SandboxStatus,
} from '@/ports/sandboxes';

/** One sandbox as this provider remembers it. */
export interface InMemorySandbox {
  id: string;
  spec: CreateSandbox;
  status: SandboxStatus;
  limitsHit: SandboxLimit[];
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
  /** So many calls of `terminate` answer that the disk is still being kept. */
  pendingSnapshots = 0;
  /** How long each sandbox may live; null for no end. */
  lifeSeconds: number | null = null;
  /** Awaited by `create` before it answers. */
  beforeCreated: () => Promise<void> = () => Promise.resolve();

  get running(): InMemorySandbox[] {
    return this.all.filter(({ status }) => status.state === 'running');
  }

  /** The sandbox's main process ends by itself. */
  kill(id: string, code = 137): void {
    this.#of(id).status = { state: 'exited', code };
  }

  /** It runs into a limit. */
  limit(id: string, limit: SandboxLimit): void {
    const { limitsHit } = this.#of(id);
    limitsHit.push(limit);
  }

  async capabilities(): Promise<SandboxCapabilities> {
    this.#refuseInOutage();
    return {
      ...{ isolation: 'namespace', localRepositories: true, exitSnapshot: true, liveSnapshot: true },
      ...{ forks: true, limits: [], egress: false, maxLifeSeconds: null },
    };
  }

  async create(spec: CreateSandbox): Promise<CreatedSandbox> {
    this.#refuseInOutage();
    const failure = this.createFailures.shift();
    if (failure) throw failure;
    if (spec.from.type === 'snapshot' && !this.snapshots.has(spec.from.id)) {
      const details = { why: 'snapshot_gone' };
      throw new AppError('sandbox_unavailable', `There is no snapshot ${spec.from.id}.`, { details });
    }
    const known = this.running.find((sandbox) => sandbox.spec.key === spec.key);
    if (known) return { provider: KIND, id: known.id, expiresAt: this.#endOf(known.spec) };
    const id = `sb-${this.all.length + 1}`;
    this.all.push({ id, spec, status: { state: 'running' }, limitsHit: [] });
    await this.beforeCreated();
    return { provider: KIND, id, expiresAt: this.#endOf(spec) };
  }

  async status({ id }: SandboxRef): Promise<SandboxStatus> {
    this.#refuseInOutage();
    const sandbox = this.all.find((each) => each.id === id);
    if (!sandbox || sandbox.status.state === 'unknown') return { state: 'unknown' };
    return { ...sandbox.status, limitsHit: sandbox.limitsHit };
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

  async writeFiles(): Promise<void> {
    this.#refuseInOutage();
  }

  async expose(_ref: SandboxRef, port: number) {
    this.#refuseInOutage();
    return { url: `http://127.0.0.1:${port}`, headers: {}, query: {} };
  }

  async snapshot({ id }: SandboxRef): Promise<{ snapshot: string }> {
    this.#refuseInOutage();
    const snapshot = `disk-of-${id}-${this.snapshots.size + 1}`;
    this.snapshots.add(snapshot);
    return { snapshot };
  }

  async extend(): Promise<Date | null> {
    return null;
  }

  async terminate({ id }: SandboxRef, { keep = false } = {}): Promise<KeptDisk> {
    this.#refuseInOutage();
    const sandbox = this.all.find((each) => each.id === id);
    if (!sandbox) return { snapshot: null, isPending: false };
    if (sandbox.status.state === 'running') sandbox.status = { state: 'exited', code: 0 };
    if (!keep) return { snapshot: null, isPending: false };
    if (this.pendingSnapshots > 0) {
      this.pendingSnapshots -= 1;
      return { snapshot: null, isPending: true };
    }
    const snapshot = `disk-of-${id}`;
    this.snapshots.add(snapshot);
    return { snapshot, isPending: false };
  }

  async dropSnapshot(id: string): Promise<void> {
    this.snapshots.delete(id);
  }

  #refuseInOutage(): void {
    if (this.outage) throw this.outage;
  }

  #endOf({ lifeSeconds }: CreateSandbox): Date | null {
    const seconds = lifeSeconds ?? this.lifeSeconds;
    return seconds === null ? null : new Date(Date.now() + seconds * 1_000);
  }

  #of(id: string): InMemorySandbox {
    const sandbox = this.all.find((each) => each.id === id);
    if (!sandbox) throw new Error(`No sandbox ${id}.`);
    return sandbox;
  }
}
