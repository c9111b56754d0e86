import { expect, test } from 'vitest';
import { explainFailure } from './explain-failure';

test.each([
  [{ name: 'APIError', data: { message: 'no', statusCode: 401 } }, 'model_key_refused'],
  [{ name: 'APIError', data: { message: 'no', statusCode: 403 } }, 'model_key_refused'],
  [{ name: 'APIError', data: { message: 'slow down', statusCode: 429 } }, 'model_rate_limited'],
  [{ name: 'APIError', data: { message: 'oops', statusCode: 500 } }, 'model_unavailable'],
  [{ name: 'APIError', data: { message: 'overloaded', statusCode: 529 } }, 'model_unavailable'],
  [{ name: 'APIError', data: { message: 'bad', statusCode: 400 } }, 'model_refused'],
  [{ name: 'APIError', data: { message: 'none', statusCode: 404 } }, 'model_not_found'],
  [{ name: 'ContextOverflowError', data: { message: 'too long' } }, 'context_overflow'],
  [{ name: 'UnknownError', data: { message: 'SSE read timed out' } }, 'model_timeout'],
  [{ name: 'UnknownError', data: { message: 'Connection reset by server' } }, 'model_unreachable'],
  [{ name: 'UnknownError', data: { message: 'JSON parsing failed: Unexpected token' } }, 'model_garbage'],
  [{ name: 'UnknownError', data: { message: 'Model not found: x/y' } }, 'model_not_found'],
  [{ name: 'SomethingNew' }, 'agent_error'],
])('%j is explained as %s', (error, code) => {
  const reason = explainFailure(error);
  expect(reason.code).toBe(code);
  expect(reason.message.length).toBeGreaterThan(20);
});

test('what the provider said is shown, cut to what people read', () => {
  const { message } = explainFailure({
    name: 'APIError',
    data: { message: 'x'.repeat(9_000), statusCode: 500 },
  });
  expect(message).toContain('xxx');
  expect(message.length).toBeLessThanOrEqual(2_000);
});
