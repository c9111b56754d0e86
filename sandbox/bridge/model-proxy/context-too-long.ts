/**
 * The answer to a request that is too large to pass through a function, in the words that the provider's SDK
 * knows as an overflowing context: the agent then compacts the conversation and goes on.
 */
export function contextTooLong(path: string): { status: number; body: string } {
  const message = 'prompt is too long: the request is larger than 4 MB';
  const error = path.endsWith('/messages')
    ? { type: 'error', error: { type: 'invalid_request_error', message } }
    : {
        error: { message, type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' },
      };
  return { status: 400, body: JSON.stringify(error) };
}
