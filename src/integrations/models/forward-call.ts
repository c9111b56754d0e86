import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { AppError, messageOf } from '@/domain/errors';
import type { AvailableModel } from './available-models';
import { UsageMeter, type MeteredUsage } from './usage-meter';

/** What of the agent's headers goes on; its credentials never do. */
const FORWARDED = ['content-type', 'accept', 'anthropic-version', 'anthropic-beta', 'openai-beta'];
/** What of the model's headers comes back. */
const RETURNED = ['content-type', 'retry-after', 'retry-after-ms', 'x-request-id', 'request-id'];

interface ForwardedCall {
  request: Request;
  /** Below the provider's base, such as `chat/completions`. */
  path: string;
  /** The session's model: a call of any other is refused. */
  model: AvailableModel;
  /** Called once, when the answer ended or was cut, with what is known of its usage. */
  onUsage: (usage: MeteredUsage & { model: string; status: number }) => Promise<void>;
}

/** The calls that an agent makes; anything else is no business of a sandbox. */
const ALLOWED_PATHS: ReadonlySet<string> = new Set(['chat/completions', 'messages', 'responses', 'models']);

/**
 * Passes a model call on with the real key and streams the answer back as it comes. An error of the provider passes
 * through as it is, since the agent knows its provider's errors. Errors: `bad_input`, `model_unavailable`, and `forbidden`
 * for a call of another model than the session's.
 */
export async function forwardCall({ request, path, model, onUsage }: ForwardedCall): Promise<Response> {
  if (!ALLOWED_PATHS.has(path)) throw new AppError('bad_input', `The model gateway has no path “${path}”.`);
  const body = holdToModel(await readBody(request), model);
  const response = await callUpstream({ request, path, model, body });
  const headers = new Headers();
  for (const name of RETURNED) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set('x-accel-buffering', 'no');
  const meter = new UsageMeter(body?.length ?? 0);
  const { ok, status } = response;
  // A call that was refused, or that only asks for a list, used no tokens.
  const isFree = !ok || body === null;
  const report = once((isCut: boolean) =>
    onUsage({ ...(isFree ? NO_USAGE : meter.usage(isCut)), model: model.ref.id, status }),
  );
  if (!response.body) await report(false);
  return new Response(metered(response.body, meter, report), { status, headers });
}

const NO_USAGE: MeteredUsage = { inputTokens: 0, outputTokens: 0, isEstimated: false };

/** An answer can end in two ways at the same moment; the first is what happened. */
function once(report: (isCut: boolean) => Promise<void>): (isCut: boolean) => Promise<void> {
  let first: Promise<void> | undefined;
  return (isCut) => (first ??= report(isCut));
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  if (request.method === 'GET') return null;
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (request.headers.get('content-encoding') !== 'gzip') return bytes;
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: 64 * 1024 * 1024 }));
  } catch (error) {
    throw new AppError('bad_input', 'The body says it is gzip and is not.', { cause: error });
  }
}

/**
 * The body as it was understood here: one that names its model twice must not be read otherwise by whoever answers it.
 */
function holdToModel(
  body: Uint8Array<ArrayBuffer> | null,
  { ref }: AvailableModel,
): Uint8Array<ArrayBuffer> | null {
  if (body === null) return null;
  const call = readCall(body);
  if (call.model !== ref.id) {
    throw new AppError(
      'forbidden',
      `This session runs on ${ref.id}; its sandbox may not call “${call.model.slice(0, 200)}”.`,
    );
  }
  return new TextEncoder().encode(JSON.stringify(call));
}

const Call = z.looseObject({ model: z.string() });

function readCall(body: Uint8Array): z.infer<typeof Call> {
  try {
    return Call.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (error) {
    throw new AppError('bad_input', 'A model call is JSON that names its model.', { cause: error });
  }
}

async function callUpstream({
  request,
  path,
  model,
  body,
}: Pick<ForwardedCall, 'request' | 'path' | 'model'> & {
  body: Uint8Array<ArrayBuffer> | null;
}): Promise<Response> {
  const headers = new Headers();
  for (const name of FORWARDED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  for (const [name, value] of Object.entries(model.upstream.headers)) headers.set(name, value);
  try {
    return await fetch(`${model.upstream.baseUrl}/${path}`, {
      method: request.method,
      headers,
      body,
      signal: request.signal,
      redirect: 'error',
    });
  } catch (error) {
    throw new AppError('model_unavailable', `The model can't be reached: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

/** Lets the answer through chunk by chunk, with the meter reading along. */
function metered(
  body: ReadableStream<Uint8Array> | null,
  meter: UsageMeter,
  report: (isCut: boolean) => Promise<void>,
): ReadableStream<Uint8Array> | null {
  if (!body) return null;
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          await report(false);
        } else {
          meter.read(value);
          controller.enqueue(value);
        }
      } catch (error) {
        await report(true);
        controller.error(error);
      }
    },
    async cancel(reason) {
      await report(true);
      await reader.cancel(reason);
    },
  });
}
