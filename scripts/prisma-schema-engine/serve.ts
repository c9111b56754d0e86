import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type EngineService } from './answer-call';
import { log } from './log';
import { lastPanic } from './wasm-engine';

/** A line of JSON-RPC: a call, or the command line's answer to a `print` of ours, which has no method. */
const lineSchema = z.object({
  id: z.union([z.string(), z.number()]),
  method: z.string().optional(),
  params: z.unknown(),
});
type CallId = z.infer<typeof lineSchema>['id'];

/** Calls of ours are numbered above any that the command line makes. */
const FIRST_PRINT_ID = 1_000_000;
/** The native engine's code for an error whose details are in its data. */
const ENGINE_ERROR = 4466;
/** The native engine's exit status after a panic. */
const PANIC_STATUS = 101;
const CLOSE_TIMEOUT_MS = 5_000;

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function sendError(id: CallId, message: string, error?: unknown): void {
  const details = typeof error === 'object' && error !== null ? error : {};
  send({
    id,
    error: {
      code: ENGINE_ERROR,
      message: 'An error happened. Check the data field for details.',
      data: {
        is_panic: false,
        message,
        error_code: 'code' in details ? details.code : null,
        meta: 'meta' in details ? details.meta : null,
      },
    },
  });
}

/** Closes what is open, but not for ever, and ends the process with `process.exitCode`. */
function finish(service: EngineService): void {
  setTimeout(() => process.exit(), CLOSE_TIMEOUT_MS);
  service
    .close()
    .catch((error: unknown) => log('ERROR', { message: `closing failed: ${String(error)}` }))
    .finally(() => process.exit());
}

/** Serves calls from standard input, one after the other, until it closes. */
export function serve(service: EngineService): void {
  const waiting = new Set<CallId>();
  let last: Promise<void> = Promise.resolve();
  let nextPrintId = FIRST_PRINT_ID;
  const print = (content: string) => send({ id: nextPrintId++, method: 'print', params: { content } });

  const handle = async (id: CallId, method: string, params: unknown) => {
    try {
      send({ id, result: await service.answer(method, params, print) });
    } catch (error) {
      sendError(id, error instanceof Error ? error.message : String(error), error);
    }
    waiting.delete(id);
  };

  // A panic of the engine leaves its promise pending for ever and surfaces here. Left alone, Prisma's command line
  // would end without a word and with status 0.
  process.on('uncaughtException', (error) => {
    const message = lastPanic() || (error.stack ?? error.message);
    for (const id of waiting) sendError(id, message);
    log('ERROR', { message, is_panic: true });
    process.exitCode = PANIC_STATUS;
    finish(service);
  });

  createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on('line', (line) => {
      const { id, method, params } = lineSchema.parse(JSON.parse(line));
      if (method === undefined) return;
      waiting.add(id);
      last = last.then(() => handle(id, method, params));
    })
    .on('close', () => {
      void last.then(() => finish(service));
    });
}
