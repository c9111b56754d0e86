import { setTimeout as delay } from 'node:timers/promises';
import type { CallContext, Handler, ModalInternals } from './definitions';

export interface Fault {
  /** A status of gRPC. */
  code?: number;
  details?: string;
  /** The call is done, and its answer lost. */
  isAnswerLost?: boolean;
  /** Modal tells the SDK to come back after so long. */
  retryAfterSeconds?: number;
  /** No answer ever. */
  hangs?: boolean;
  delayMs?: number;
}

export interface LoggedCall {
  method: string;
  request: unknown;
}

/** What goes wrong, and what was called. */
export class Faults {
  readonly calls: LoggedCall[] = [];
  readonly #internals: ModalInternals;
  readonly #waiting = new Map<string, Fault[]>();

  constructor(internals: ModalInternals) {
    this.#internals = internals;
  }

  /** The next `times` calls of a method go wrong. */
  inject(method: string, fault: Fault, times = 1): void {
    const faults = this.#waiting.get(method) ?? [];
    this.#waiting.set(method, [...faults, ...Array.from({ length: times }, () => fault)]);
  }

  /** Faults that were not met yet are gone. */
  clear(): void {
    this.#waiting.clear();
    this.calls.length = 0;
  }

  countOf(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  error(code: number, details: string): Error {
    return new this.#internals.grpc.ServerError(code, details);
  }

  /** A handler that answers once, with what was injected in its way. */
  unary(method: string, handler: Handler): Handler {
    return async (request, context) => {
      const fault = await this.#meet(method, request, context);
      if (fault?.code !== undefined && fault.isAnswerLost !== true) throw this.#thrown(fault, context);
      const answer = await handler(request, context);
      if (fault?.code !== undefined) throw this.#thrown(fault, context);
      return answer;
    };
  }

  /** A handler that answers in pieces; what was injected comes before the first. */
  stream(method: string, handler: Handler): Handler {
    const meet = async (request: never, context: CallContext) => {
      const fault = await this.#meet(method, request, context);
      if (fault?.code !== undefined) throw this.#thrown(fault, context);
    };
    return async function* (request, context) {
      await meet(request, context);
      yield* handler(request, context) as AsyncGenerator;
    };
  }

  async #meet(method: string, request: unknown, context: CallContext): Promise<Fault | undefined> {
    this.calls.push({ method, request });
    const fault = this.#waiting.get(method)?.shift();
    if (fault?.delayMs !== undefined) await delay(fault.delayMs);
    if (fault?.hangs === true)
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
    return fault;
  }

  #thrown({ code = 0, details = 'injected', retryAfterSeconds }: Fault, context: CallContext): Error {
    if (retryAfterSeconds !== undefined)
      context.trailer.set('grpc-status-details-bin', this.#retryPolicy(code, retryAfterSeconds));
    return this.error(code, details);
  }

  #retryPolicy(code: number, retryAfterSecs: number): Uint8Array {
    const { RPCStatus, RPCRetryPolicy } = this.#internals;
    const value = RPCRetryPolicy.encode(RPCRetryPolicy.create({ retryAfterSecs })).finish();
    const details = [{ typeUrl: 'type.googleapis.com/modal.client.RPCRetryPolicy', value }];
    return Buffer.from(RPCStatus.encode({ code, message: '', details }).finish());
  }
}
