import { mkdir, realpath } from 'node:fs/promises';
import { listen, stopListening } from '../loopback';
import { type HostCapabilities } from '@/domain/wire/sandbox-host';
import { chooseWall } from './choose-wall';
import { type ControlGroups, createControlGroups } from './control-groups';
import { Disks } from './disks';
import { ExitTeller, type OnExit } from './exit-teller';
import { createHostServer, type HostHandlers } from './host-server';
import { inspectLocalRepository } from './inspect-local-repository';
import { readLocalFile } from './read-local-file';
import { whyNoOverlay } from './overlay';
import { SandboxPool } from './sandbox-pool';
import { SandboxRecords } from './sandbox-records';
import { type SandboxMode, type SandboxTools, type Wall } from './wall';

export interface SandboxHostOptions {
  /** Disks, snapshots and records; one host at a time. */
  dataDir: string;
  /** What callers send as bearer token. */
  secret: string;
  /** 0 takes any free one. */
  port: number;
  /** Bubblewrap where a trial run of it works (`auto`, the default), or one of the two without asking. */
  mode?: SandboxMode | 'auto';
  tools: SandboxTools;
  /**
   * Called when a sandbox ended that nobody had asked to end, also for those that ended with an earlier host.
   * Called again, later, while it throws; it may be called twice for one end when the host is killed meanwhile.
   */
  onExit: OnExit;
  /** Hears one line for each thing that went wrong but ends nothing. */
  log?: (line: string) => void;
}

export interface SandboxHost {
  url: string;
  mode: SandboxMode;
  capabilities: HostCapabilities;
  /** One line for people: how sandboxes are walled off, and why not better. */
  notice: string;
  /** Ends all sandboxes; their disks stay, and the next host tells of their end. */
  close(): Promise<void>;
}

/**
 * Starts the service that runs sandboxes on this machine. It has to live in a process that stays (outside Next,
 * which reloads its modules): sandboxes under bubblewrap die with that process.
 * Rejects when the port is taken, a tool is missing or the mode that was asked for does not work here.
 */
export async function startSandboxHost(options: SandboxHostOptions): Promise<SandboxHost> {
  const log = options.log ?? (() => undefined);
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const chosen = await chooseWall({ dataDir, tools: options.tools, mode: options.mode ?? 'auto' });
  const { wall } = chosen;
  const groups = await createControlGroups();
  const { isLayered, notice } = await chooseDisks(wall, dataDir);
  const teller = new ExitTeller(options.onExit, log);
  const records = new SandboxRecords(dataDir);
  const disks = new Disks({ records, wall, isLayered });
  const pool = new SandboxPool({ wall, records, disks, groups, teller, log });
  await pool.adopt();
  const capabilities = capabilitiesOf(wall, groups);
  const handlers = handlersOf(pool, capabilities);
  const server = createHostServer({ handlers, secret: options.secret, log });
  const url = await listen(server, options.port);
  pool.tellMissedExits();
  return {
    url,
    mode: wall.mode,
    capabilities,
    notice: [chosen.notice, ...notice].join('; '),
    close: async () => {
      teller.stop();
      await stopListening(server);
      await pool.close();
    },
  };
}

/** Where each disk has a path of its own, several may be laid over one snapshot. */
async function chooseDisks(wall: Wall, dataDir: string): Promise<{ isLayered: boolean; notice: string[] }> {
  if (!wall.hasPrivatePaths) return { isLayered: false, notice: [] };
  const why = await whyNoOverlay(dataDir);
  const notice = why === null ? 'disks share what they start from' : `disks are copied, since ${why}`;
  return { isLayered: why === null, notice: [notice] };
}

function capabilitiesOf(wall: Wall, groups: ControlGroups): HostCapabilities {
  return {
    isolation: wall.isolation,
    localRepositories: true,
    exitSnapshot: true,
    liveSnapshot: true,
    forks: wall.hasPrivatePaths,
    limits: [...groups.limits, 'disk'],
    egress: false,
    maxLifeSeconds: null,
  };
}

function handlersOf(pool: SandboxPool, capabilities: HostCapabilities): HostHandlers {
  return {
    capabilities: async () => capabilities,
    create: (spec) => pool.create(spec),
    status: ({ id }) => pool.status(id),
    list: async ({ labels }) => ({ ids: pool.list(labels) }),
    exec: (spec) => pool.exec(spec),
    'write-files': async (spec) => {
      await pool.writeFiles(spec);
      return {};
    },
    expose: async ({ id, port }) => ({ url: pool.expose(id, port) }),
    snapshot: async ({ id, ...keep }) => ({ snapshot: await pool.snapshot(id, keep) }),
    extend: async ({ id, until }) => ({ expiresAt: pool.extend(id, new Date(until)) }),
    terminate: async ({ id, keep }) => ({ snapshot: await pool.terminate(id, keep) }),
    'drop-snapshot': async ({ id }) => {
      await pool.dropSnapshot(id);
      return {};
    },
    'inspect-repository': ({ path }) => inspectLocalRepository(path),
    'read-repository-file': readLocalFile,
  };
}
