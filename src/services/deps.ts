import type { Db } from '@/db/client';
import type { Effort, ModelRef } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import type { BootResponse } from '@/domain/wire/bridge';
import type { Blobs } from '@/ports/blobs';
import type { Chat } from '@/ports/chat';
import type { GitHub } from '@/ports/github';
import type { Publisher } from '@/ports/publisher';
import type { Realtime } from '@/ports/realtime';
import type { RepositoryHost } from '@/ports/repositories';
import type { SandboxProvider, SandboxResources } from '@/ports/sandboxes';
import type { RememberedSessions } from './sandboxes/remembered-sessions';
import type { Sealer } from './seal';

/** What an agent is told of its model. */
export type AgentModel = BootResponse['model'];

/** A model that sessions can run on; no secrets. */
export interface DeployedModel {
  ref: ModelRef;
  agent: AgentModel;
  /** How hard it can be asked to think; none for one that can't be asked. */
  efforts: readonly Effort[];
}

/** Where and as what this deployment runs; no secrets. */
export interface DeploymentConfig {
  version: string;
  /** Labels what belongs to this deployment at a provider that others share. */
  deployment: string;
  /** The app as people reach it, and as a sandbox does; no trailing slash. */
  appUrl: string;
  sandboxAppUrl: string;
  /** A sandbox in which nothing happened for so long is put to sleep. */
  sandboxIdleSeconds: number;
  /** The most that a repository may ask for its sandboxes. */
  sandboxMaxima: Required<SandboxResources>;
  /** The models that sessions can run on, the default first. */
  models: readonly [DeployedModel, ...DeployedModel[]];
  /** How clients and sandboxes reach the realtime server. */
  realtime: Omit<BootResponse['realtime'], 'channel'>;
  /** The emulated or real GitHub that people sign in with. */
  githubUrl: string;
}

/** Signs and checks the tokens of sandboxes. Keys have ids, so that they can be replaced while tokens live. */
export interface TokenSigner {
  sign(text: string): { keyId: string; signature: string };
  /** In constant time. */
  verify(text: string, signed: { keyId: string; signature: string }): boolean;
}

export interface Log {
  info(message: string, details?: Record<string, unknown>): void;
  error(message: string, details?: Record<string, unknown>): void;
}

/** All that services use of the world; each takes the part that it needs. */
export interface Deps {
  db: Db;
  realtime: Realtime;
  sandboxes: SandboxProvider;
  blobs: Blobs;
  repositoryHost: RepositoryHost;
  /** Null where no GitHub App is set up: then its repositories are git addresses like any other. */
  github: GitHub | null;
  /** Slack; null where no Slack app is set up. */
  chat: Chat | null;
  sealer: Sealer;
  publisher: Publisher;
  signer: TokenSigner;
  config: DeploymentConfig;
  /** What this process read of sessions whose bridges report to it. */
  remembered: RememberedSessions;
  log: Log;
  /** Runs work after the answer went out; it may be cut off at any point, so whatever it does is resumed by the sweep. */
  defer(work: () => Promise<void>): void;
  /**
   * Has a session looked after once the answer is out: its sandbox is started, or its disk kept. Bound where everything
   * is put together, since whatever follows is itself a command on the session.
   */
  checkSoon(sessionId: SessionId): void;
}
