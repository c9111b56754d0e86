import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findTools } from '@/embedded/stack/find-tools';
import { startSandboxHost, type SandboxHost } from '@/embedded/sandboxes/start-sandbox-host';
import type { Programs } from './build-world';
import { findMarked } from './processes';

/** Which agent works on a repository: its folder's name says so. */
export const REPOSITORIES = { replayed: 'replayed', real: 'real' } as const;

/** The processes of a sandbox that can be told apart. */
export type SandboxPart = 'supervisor' | 'bridge' | 'agent';

const COMMAND: Readonly<Record<SandboxPart, RegExp>> = {
  supervisor: /supervisor\.mjs $/,
  bridge: /bridge\.mjs $/,
  agent: / serve --hostname/,
};

export interface Sandboxes {
  host: SandboxHost;
  /** Where the disks are. */
  folder: string;
  /** What the replaying agents did, one JSON a line. */
  agentLog: string;
  /** All disks lie on one of a limited size, which can be filled. */
  hasSmallDisk: boolean;
  diskOf(sessionId: string): string;
  /** Ends them all; a second time is harmless. */
  close(): Promise<void>;
  pids(sessionId: string, part: SandboxPart): number[];
}

export interface SandboxesOptions {
  folder: string;
  programs: Programs;
  secret: string;
  /** A sandbox of this session ended by itself. */
  onExit: (sessionId: string) => Promise<void>;
  say: (line: string) => void;
}

/** A host of plain processes: they start quickest, and each can be found by what it was started with. */
export async function startSandboxes(options: SandboxesOptions): Promise<Sandboxes> {
  const { folder, programs, secret, onExit, say } = options;
  mkdirSync(folder, { recursive: true });
  const hasSmallDisk = mountSmallDisk(folder);
  const tools = findTools(process.env);
  const agentLog = join(folder, '..', 'agents.jsonl');
  writeFileSync(agentLog, '');
  const host = await startSandboxHost({
    dataDir: folder,
    secret,
    port: 0,
    mode: 'process',
    tools: {
      ...tools,
      supervisor: programs.sandbox,
      opencode: chooser({ ...options, agentLog }, tools.opencode),
    },
    onExit: async (_ref, { labels }) => {
      const { session } = labels;
      if (session !== undefined) await onExit(session);
    },
    log: say,
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await host.close();
    if (hasSmallDisk) execFileSync('umount', ['--lazy', folder]);
  };
  const diskOf = (sessionId: string): string => join(folder, 'sessions', sessionId);
  return {
    ...{ host, close, folder, agentLog, hasSmallDisk, diskOf },
    pids: (sessionId, part) => findMarked(`DISPATCH_STATE=${diskOf(sessionId)}/state`, COMMAND[part]),
  };
}

/** Stands where the agent's binary is looked for: the real one for one repository, recordings for the other. */
function chooser(options: SandboxesOptions & { agentLog: string }, opencode: string): string {
  const path = join(options.folder, '..', 'opencode');
  const recordings = resolve('sandbox/agents/opencode/fixtures');
  const lines = [
    '#!/bin/sh',
    `case "$PWD" in */${REPOSITORIES.real}) exec "${opencode}" "$@" ;; esac`,
    `export CHAOS_AGENT_LOG="${options.agentLog}" CHAOS_RECORDINGS="${recordings}"`,
    `exec "${process.execPath}" "${options.programs.agent}" "$@"`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
  return path;
}

const DISK_SIZE = '400m';

/** Whether the machine lets us mount one; in many containers it does not, and then no disk is ever full. */
function mountSmallDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
