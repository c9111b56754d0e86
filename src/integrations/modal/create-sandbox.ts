import type { App, Image, ModalClient, SandboxCreateParams } from 'modal';
import { AppError } from '@/domain/errors';
import type { CreatedSandbox, CreateSandbox, SandboxRef } from '@/ports/sandboxes';
import type { ModalConnection } from './connection';
import { isImageGone, isNamed, isNotFound } from './refusal';
import { MAIN_COMMAND, SANDBOX_PATHS } from './sandbox-paths';

export const KIND = 'modal';

/** Modal's own limit, from its documentation. */
export const MAX_LIFE_SECONDS = 24 * 60 * 60;
/** Half of it: a session that nobody ends for so long is rolled over. Modal's own default is 5 minutes. */
const DEFAULT_LIFE_SECONDS = 12 * 60 * 60;

/** Starting is a matter of seconds; p95 of Modal was 11.8 s in a public comparison of 2026-04. */
const CREATE_TIMEOUT_MS = 60_000;

/**
 * The tag that says when Modal ends a sandbox, in milliseconds since 1970: it tells nobody who did not create it, and a
 * create whose answer was lost is answered from here.
 */
const EXPIRES_TAG = 'dispatch-expires';

export interface CreateOptions {
  connection: ModalConnection;
  appName: string;
  /** The published name of what a first sandbox starts from. */
  image: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * Starts a sandbox, or answers the one that runs by this key. Errors: `sandbox_unavailable` with `image_gone`,
 * `snapshot_gone`, or `not_supported` for a folder of this machine.
 */
export async function createSandbox(options: CreateOptions, spec: CreateSandbox): Promise<CreatedSandbox> {
  if (spec.readOnlyFolder !== undefined) throw localFolderRefused();
  const { connection, now } = options;
  try {
    const { app, image } = await connection.call(
      { what: 'find what the sandbox starts from' },
      async ({ client, app: findApp }) => {
        const [foundApp, foundImage] = await Promise.all([findApp(), findImage(client, options, spec.from)]);
        return { app: foundApp, image: foundImage };
      },
    );
    const create = { what: 'start a sandbox', timeoutMs: CREATE_TIMEOUT_MS };
    return await connection.call(create, ({ client }) =>
      startOrFind({ client, app, image, appName: options.appName }, spec, now),
    );
  } catch (error) {
    throw error instanceof AppError && isImageGone(error.cause) ? sourceGone(options, spec, error) : error;
  }
}

function localFolderRefused(): AppError {
  return new AppError('sandbox_unavailable', 'A sandbox on Modal can not see folders of this machine.', {
    details: { why: 'not_supported' },
  });
}

function sourceGone({ image }: CreateOptions, { from }: CreateSandbox, cause: AppError): AppError {
  if (from.type === 'snapshot') {
    const details = { why: 'snapshot_gone', snapshot: from.id };
    return new AppError('sandbox_unavailable', `Modal has no snapshot ${from.id}.`, { cause, details });
  }
  const details = { why: 'image_gone', image };
  return new AppError('sandbox_unavailable', `Modal has no image by the name “${image}”.`, {
    cause,
    details,
  });
}

async function findImage(
  client: ModalClient,
  { image }: CreateOptions,
  from: CreateSandbox['from'],
): Promise<Image> {
  try {
    return await (from.type === 'image' ? client.images.fromName(image) : client.images.fromId(from.id));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Modal's words are its own affair; what was looked for is not.
    throw new ImageNotFound(error);
  }
}

class ImageNotFound extends Error {
  constructor(cause: unknown) {
    super('there is no such image', { cause });
    this.name = 'NotFoundError';
  }
}

interface Place {
  client: ModalClient;
  app: App;
  image: Image;
  appName: string;
}

/** A name is taken only while its sandbox runs, so one that ended meanwhile makes room. */
const TRIES = 2;

async function startOrFind(place: Place, spec: CreateSandbox, now: () => number): Promise<CreatedSandbox> {
  const { client, app, image, appName } = place;
  for (let left = TRIES; ; left -= 1) {
    try {
      const { params, expiresAt } = paramsOf(spec, now());
      const sandbox = await client.sandboxes.create(app, image, params);
      sandbox.detach();
      return { provider: KIND, id: sandbox.sandboxId, expiresAt };
    } catch (error) {
      if (!isNamed(error, 'AlreadyExistsError')) throw error;
      const found = await findByName({ client, appName }, spec.key);
      if (found !== null) return found;
      if (left === 1) throw error;
    }
  }
}

async function findByName(
  { client, appName }: Pick<Place, 'client' | 'appName'>,
  key: string,
): Promise<CreatedSandbox | null> {
  try {
    const { sandboxId: id } = await client.sandboxes.fromName(appName, key);
    return { provider: KIND, id, expiresAt: await readExpiry(client, { id }) };
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** When Modal ends it; null for one that this program did not create. */
export async function readExpiry(client: ModalClient, { id }: Pick<SandboxRef, 'id'>): Promise<Date | null> {
  const sandbox = await client.sandboxes.fromId(id);
  const expiresAtMs = Number((await sandbox.getTags())[EXPIRES_TAG]);
  return Number.isFinite(expiresAtMs) ? new Date(expiresAtMs) : null;
}

function paramsOf(spec: CreateSandbox, nowMs: number): { params: SandboxCreateParams; expiresAt: Date } {
  const seconds = Math.floor(spec.lifeSeconds ?? DEFAULT_LIFE_SECONDS);
  const lifeSeconds = Math.min(Math.max(seconds, 1), MAX_LIFE_SECONDS);
  // Counted from before the create: Modal ends it a moment later, never earlier.
  const expiresAtMs = nowMs + lifeSeconds * 1_000;
  const params: SandboxCreateParams = {
    name: spec.key,
    command: MAIN_COMMAND,
    workdir: SANDBOX_PATHS.DISPATCH_WORKSPACE,
    env: { ...spec.env, ...SANDBOX_PATHS },
    tags: { ...spec.labels, [EXPIRES_TAG]: String(expiresAtMs) },
    timeoutMs: lifeSeconds * 1_000,
    // However it ends, by itself, by its lifetime or for want of memory: its disk can be fetched then.
    experimentalOptions: { enable_exit_snapshot: true },
    ...resourcesOf(spec.resources),
    ...networkOf(spec.egress),
  };
  return { params, expiresAt: new Date(expiresAtMs) };
}

/** A request alone is a lower bound, so the limit is asked for too. Modal limits neither processes nor disk. */
function resourcesOf({ memoryMiB, cpus }: NonNullable<CreateSandbox['resources']> = {}): SandboxCreateParams {
  return {
    ...(memoryMiB === undefined ? {} : { memoryMiB, memoryLimitMiB: memoryMiB }),
    ...(cpus === undefined ? {} : { cpu: cpus, cpuLimit: cpus }),
  };
}

function networkOf(egress: CreateSandbox['egress'] = { type: 'open' }): SandboxCreateParams {
  switch (egress.type) {
    case 'open':
      return {};
    case 'none':
      return { blockNetwork: true };
    case 'domains':
      return { outboundDomainAllowlist: [...egress.domains] };
  }
}
