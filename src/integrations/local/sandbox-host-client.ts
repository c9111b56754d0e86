import { AppError, messageOf } from '@/domain/errors';
import {
  SANDBOX_HOST_CALLS,
  type SandboxHostCall,
  SandboxHostError,
  type SandboxHostInput,
  type SandboxHostOutput,
} from '@/domain/wire/sandbox-host';

/** Where the sandbox host of this machine listens, and the secret that it wants. */
export interface SandboxHostAddress {
  url: string;
  secret: string;
}

/**
 * Makes one call to the sandbox host, with a deadline. Refusals keep their code and sentence; everything else that
 * can go wrong is `sandbox_unavailable` with its cause.
 */
export async function callSandboxHost<Call extends SandboxHostCall>(
  address: SandboxHostAddress,
  request: { call: Call; input: SandboxHostInput<Call>; timeoutMs: number },
): Promise<SandboxHostOutput<Call>> {
  const { call, input, timeoutMs } = request;
  try {
    const response = await fetch(`${address.url}/${call}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${address.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw refusalOf(body, response.status);
    // The compiler can't tie the schema picked by `call` to the type picked by the same `call`.
    return SANDBOX_HOST_CALLS[call].output.parse(body) as SandboxHostOutput<Call>;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const message = isTimeout(cause)
      ? `The sandbox host did not answer to "${call}" within ${timeoutMs / 1_000} s.`
      : `The sandbox host can't be reached: ${messageOf(cause)}`;
    throw new AppError('sandbox_unavailable', message, { cause });
  }
}

function refusalOf(body: unknown, status: number): AppError {
  const parsed = SandboxHostError.safeParse(body);
  if (!parsed.success) {
    return new AppError('sandbox_unavailable', `The sandbox host answered ${status}.`, {
      cause: parsed.error,
    });
  }
  const { code, message, details } = parsed.data.error;
  return new AppError(code, message, { details });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
