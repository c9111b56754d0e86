import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectProxy } from './connect-proxy';
import type { CallContext, Handler } from './definitions';
import type { Faults } from './faults';
import type { RouterTokens } from './router-tokens';
import { type SandboxWorld, StandInSandbox } from './stand-in-sandbox';
import { type CreateRequest, RESULT, STATUS, type Tag } from './wire';

export interface ControlPlane {
  world: SandboxWorld;
  faults: Faults;
  tokens: RouterTokens;
  proxy: ConnectProxy;
  apps: Map<string, string>;
  sandboxes: Map<string, StandInSandbox>;
  credentials: { tokenId: string; tokenSecret: string };
}

const DAY_SECONDS = 24 * 60 * 60;

type Handlers = Record<string, Handler>;

function findSandbox({ sandboxes, faults }: ControlPlane, sandboxId: string): StandInSandbox {
  const sandbox = sandboxes.get(sandboxId);
  if (sandbox === undefined) throw faults.error(STATUS.notFound, `Sandbox with id ${sandboxId} not found`);
  return sandbox;
}

/** What the SDK calls of Modal's control plane in the course of a sandbox's life. */
export function controlPlaneHandlers(plane: ControlPlane): Handlers {
  const handlers: Handlers = {
    ...appHandlers(plane),
    ...imageHandlers(plane),
    ...createHandlers(plane),
    ...lookHandlers(plane),
    ...endHandlers(plane),
  };
  const guarded = Object.entries(handlers).map(([method, handler]): [string, Handler] => [
    method,
    plane.faults.unary(method, method === 'authTokenGet' ? handler : signedIn(plane, handler)),
  ]);
  return Object.fromEntries(guarded);
}

function signedIn({ faults }: ControlPlane, handler: Handler): Handler {
  return (request, context) => {
    if (context.metadata.get('x-modal-auth-token') === undefined)
      throw faults.error(STATUS.unauthenticated, 'there is no auth token');
    return handler(request, context);
  };
}

function appHandlers({ faults, credentials, apps }: ControlPlane): Handlers {
  return {
    authTokenGet: (_request: never, { metadata }: CallContext) => {
      const { tokenId, tokenSecret } = credentials;
      const isRight =
        metadata.get('x-modal-token-id') === tokenId && metadata.get('x-modal-token-secret') === tokenSecret;
      if (!isRight) throw faults.error(STATUS.unauthenticated, 'Token ID is malformed or does not exist');
      const claims = { exp: Math.floor(Date.now() / 1_000) + 20 * 60 };
      return { token: `e30.${Buffer.from(JSON.stringify(claims)).toString('base64')}.none` };
    },
    appGetOrCreate: ({ appName }: { appName: string }) => {
      const appId = apps.get(appName) ?? `ap-${randomUUID()}`;
      apps.set(appName, appId);
      return { appId };
    },
  };
}

function imageHandlers({ world: { images }, faults }: ControlPlane): Handlers {
  const require = (id: string | null) => {
    if (id !== null && images.has(id)) return { imageId: id };
    throw faults.error(STATUS.notFound, `Could not find image with ID ${id ?? ''}`);
  };
  return {
    imageGetByTag: ({ tag }: { tag: string }) => require(images.find(tag)),
    imageFromId: ({ imageId }: { imageId: string }) => require(imageId),
    imageDelete: ({ imageId }: { imageId: string }) => {
      require(imageId);
      images.delete(imageId);
      return {};
    },
    // Builds run nothing: what a wall shows is there already.
    environmentGetOrCreate: () => ({
      environmentId: 'en-1',
      metadata: { settings: { imageBuilderVersion: '1' } },
    }),
    imageGetOrCreate: () => ({ imageId: images.add(), result: { status: RESULT.success } }),
    imagePublish: ({ imageId, tag }: { imageId: string; tag: string }) => {
      images.publish(tag, imageId);
      return {};
    },
  };
}

function createHandlers(plane: ControlPlane): Handlers {
  const { world, sandboxes, faults, tokens, apps } = plane;
  const nameOf = ({ request }: StandInSandbox) => request.definition.name;
  return {
    sandboxCreateV2: async (request: CreateRequest) => {
      const { name, imageId, timeoutSecs } = request.definition;
      if (timeoutSecs < 1 || timeoutSecs > DAY_SECONDS)
        throw faults.error(STATUS.invalidArgument, 'the timeout has to be between 1 s and 24 h');
      if (!world.images.has(imageId))
        throw faults.error(STATUS.notFound, `Could not find image with ID ${imageId}`);
      const isTaken = [...sandboxes.values()].some(
        (other) => other.request.appId === request.appId && other.isRunning && nameOf(other) === name,
      );
      if (name !== undefined && isTaken)
        throw faults.error(STATUS.alreadyExists, `a sandbox by the name ${name} is running`);
      const sandbox = new StandInSandbox(world, request);
      sandboxes.set(sandbox.id, sandbox);
      await sandbox.untilStarted();
      return { sandboxId: sandbox.id, taskId: sandbox.taskId, commandRouterAccess: tokens.issue() };
    },
    sandboxGetFromNameV2: ({ sandboxName, appName }: { sandboxName: string; appName: string }) => {
      const found = [...sandboxes.values()].find(
        (sandbox) =>
          sandbox.isRunning && nameOf(sandbox) === sandboxName && sandbox.request.appId === apps.get(appName),
      );
      if (found === undefined)
        throw faults.error(STATUS.notFound, `no sandbox runs by the name ${sandboxName}`);
      return { sandboxId: found.id };
    },
    // The older kind of sandbox, which the SDK also looks for.
    sandboxGetFromName: () => {
      throw faults.error(STATUS.notFound, 'there are no sandboxes of this kind');
    },
  };
}

interface ListRequest {
  appId: string;
  beforeTimestamp: number;
  tags: Tag[];
}

function lookHandlers(plane: ControlPlane): Handlers {
  const { sandboxes, tokens } = plane;
  const isListed = ({ appId, beforeTimestamp, tags }: ListRequest, sandbox: StandInSandbox) =>
    sandbox.isRunning &&
    sandbox.request.appId === appId &&
    (beforeTimestamp === 0 || sandbox.createdAtSeconds < beforeTimestamp) &&
    tags.every(({ tagName, tagValue }) => sandbox.tags[tagName] === tagValue);
  return {
    sandboxListV2: (request: ListRequest) => ({
      sandboxes: [...sandboxes.values()]
        .filter((sandbox) => isListed(request, sandbox))
        .map(({ id, createdAtSeconds }) => ({ id, createdAt: createdAtSeconds }))
        .sort((a, b) => b.createdAt - a.createdAt),
    }),
    sandboxTagsGetV2: ({ sandboxId }: { sandboxId: string }) => ({
      tags: findSandbox(plane, sandboxId).request.tags,
    }),
    sandboxGetTaskIdV2: ({ sandboxId }: { sandboxId: string }) => {
      const { isRunning, taskId, result } = findSandbox(plane, sandboxId);
      return isRunning ? { taskId } : { taskResult: result };
    },
    sandboxGetCommandRouterAccess: ({ sandboxId }: { sandboxId: string }) => {
      findSandbox(plane, sandboxId);
      return tokens.issue();
    },
    sandboxCreateConnectTokenV2: ({ sandboxId, port = 8080 }: { sandboxId: string; port?: number }) => {
      const sandbox = findSandbox(plane, sandboxId);
      return plane.proxy.grant({ port, isRunning: () => sandbox.isRunning });
    },
  };
}

function endHandlers(plane: ControlPlane): Handlers {
  return {
    sandboxWaitV2: async ({ sandboxId, timeout }: { sandboxId: string; timeout: number }) => {
      const sandbox = findSandbox(plane, sandboxId);
      if (timeout > 0) await Promise.race([sandbox.ended, delay(timeout * 1_000, undefined, { ref: false })]);
      return sandbox.result === null ? {} : { result: sandbox.result };
    },
    sandboxTerminateV2: async ({ sandboxId }: { sandboxId: string }) => {
      await findSandbox(plane, sandboxId).end(RESULT.terminated);
      return {};
    },
    sandboxGetExitSnapshotV2: async ({ sandboxId, timeout }: { sandboxId: string; timeout: number }) => {
      const sandbox = findSandbox(plane, sandboxId);
      // The SDK leaves the waiting to the server.
      await Promise.race([sandbox.kept, delay(timeout * 1_000, undefined, { ref: false })]);
      const { exitSnapshot } = sandbox;
      if (exitSnapshot.state === 'pending') return { pending: {} };
      if (exitSnapshot.state === 'made') return { success: { imageId: exitSnapshot.imageId } };
      return { error: { errorCode: 1, message: 'the snapshot took too long' } };
    },
  };
}
