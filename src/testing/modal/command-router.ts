import type { CallContext, Handler } from './definitions';
import type { Faults } from './faults';
import type { RouterTokens } from './router-tokens';
import type { StandInExec } from './stand-in-exec';
import type { StandInSandbox } from './stand-in-sandbox';
import { type ExecRequest, type ExecStartRequest, STATUS } from './wire';

export interface CommandRouter {
  sandboxes: Map<string, StandInSandbox>;
  faults: Faults;
  tokens: RouterTokens;
}

/** What the SDK calls of the service that is close to a sandbox's processes. */
export function commandRouterHandlers(router: CommandRouter): Record<string, Handler> {
  const { faults, tokens } = router;
  const guard =
    (handler: Handler): Handler =>
    (request, context) => {
      if (tokens.isValid(context.metadata.get('authorization'))) return handler(request, context);
      throw faults.error(STATUS.unauthenticated, 'the token is over');
    };
  const handlers = Object.entries(unaryHandlers(router)).map(([method, handler]): [string, Handler] => [
    method,
    faults.unary(method, guard(handler)),
  ]);
  const reader = faults.stream('taskExecStdioRead', guard(stdioReader(router)));
  return { ...Object.fromEntries(handlers), taskExecStdioRead: reader };
}

function findTask({ sandboxes, faults }: CommandRouter, taskId: string): StandInSandbox {
  const found = [...sandboxes.values()].find((sandbox) => sandbox.taskId === taskId && sandbox.isRunning);
  if (found === undefined) throw faults.error(STATUS.notFound, `there is no task ${taskId}`);
  return found;
}

/** Also of a sandbox that ended meanwhile: its commands ended with it, and that is told. */
async function findExec(router: CommandRouter, { taskId, execId }: ExecRequest): Promise<StandInExec> {
  const sandbox = [...router.sandboxes.values()].find((each) => each.taskId === taskId);
  const exec = await sandbox?.findExec(execId);
  if (exec === undefined) throw router.faults.error(STATUS.notFound, `there is no command ${execId}`);
  return exec;
}

function unaryHandlers(router: CommandRouter): Record<string, Handler> {
  return {
    taskExecStart: async (request: ExecStartRequest) => {
      await findTask(router, request.taskId).exec(request);
      return {};
    },
    taskExecStdinWrite: async (request: ExecRequest & { offset: number; data: Uint8Array; eof: boolean }) => {
      const exec = await findExec(router, request);
      await exec.write(request.offset, request.data);
      if (request.eof) await exec.closeInput();
      return {};
    },
    taskExecWait: async (request: ExecRequest) => ({ code: await (await findExec(router, request)).ended }),
    taskSnapshotFilesystem: async ({ taskId, ttlSeconds }: { taskId: string; ttlSeconds: number }) => {
      // A negative one stands for no end.
      const kept = ttlSeconds < 0 ? null : ttlSeconds;
      return { imageId: await findTask(router, taskId).snapshot(kept) };
    },
  };
}

function stdioReader(router: CommandRouter): Handler {
  type Request = ExecRequest & { offset: number; fileDescriptor: number };
  return async function* (request: Request, _context: CallContext) {
    const exec = await findExec(router, request);
    const tape = request.fileDescriptor === 0 ? exec.stdout : exec.stderr;
    for await (const data of tape.readFrom(request.offset)) yield { data };
  };
}
