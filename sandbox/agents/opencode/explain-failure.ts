import type { Reason } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import type { AgentError } from './events';

/** Why a turn failed, in words that a person understands and can act on. */
export function explainFailure(error: AgentError): Reason {
  const said = error.data?.message?.trim() ?? '';
  const known = byName(error) ?? byStatus(error) ?? byMessage(said);
  const [code, message] = known ?? ['agent_error', 'The agent ended the turn with an error.'];
  return { code, message: cutText(said === '' ? message : `${message} (${cutText(said, 500)})`, 2_000) };
}

type Explanation = readonly [code: string, message: string];

function byName(error: AgentError): Explanation | undefined {
  switch (error.name) {
    case 'ContextOverflowError':
      return ['context_overflow', 'The conversation no longer fits into the model’s context.'];
    case 'MessageOutputLengthError':
      return ['output_limit', 'The model’s answer was longer than it may be and was cut off.'];
    case 'ProviderAuthError':
      return KEY_REFUSED;
    default:
      return undefined;
  }
}

const KEY_REFUSED: Explanation = [
  'model_key_refused',
  'The model’s provider refused the key. Check the model key in the team’s settings.',
];

const TIMED_OUT: Explanation = ['model_timeout', 'The model did not answer in time.'];

const BY_STATUS: Readonly<Record<number, Explanation>> = {
  401: KEY_REFUSED,
  402: ['model_unpaid', 'The model’s provider wants to be paid first.'],
  403: KEY_REFUSED,
  404: ['model_not_found', 'The model’s provider does not know this model.'],
  408: TIMED_OUT,
  413: ['context_overflow', 'The conversation is too large to send to the model.'],
  429: ['model_rate_limited', 'The model’s provider limits how much may be asked. Try again in a while.'],
  504: TIMED_OUT,
};

function byStatus(error: AgentError): Explanation | undefined {
  const status = error.data?.statusCode ?? 0;
  if (status < 400) return undefined;
  const other: Explanation =
    status >= 500
      ? ['model_unavailable', 'The model’s provider failed again and again. Try again in a while.']
      : ['model_refused', 'The model’s provider refused the request.'];
  return BY_STATUS[status] ?? other;
}

function byMessage(said: string): Explanation | undefined {
  if (/timed? ?out|timeout/i.test(said)) return TIMED_OUT;
  if (/connection|socket|network|fetch failed|unable to connect|econn/i.test(said)) {
    return ['model_unreachable', 'The connection to the model was lost again and again.'];
  }
  if (/json|parse|unexpected|invalid|type validation/i.test(said)) {
    return ['model_garbage', 'The model’s provider answered with something that is no answer.'];
  }
  if (/model not found|no such model/i.test(said)) {
    return ['model_not_found', 'The model’s provider does not know this model.'];
  }
  return undefined;
}
