import { ChatError, type ChatTrouble } from '@/domain/chat/chat-error';

/** Slack's words for what is wrong, as far as they mean more than a refusal. */
const TROUBLE: Readonly<Record<string, ChatTrouble>> = {
  ratelimited: 'limited',
  rate_limited: 'limited',
  message_limit_exceeded: 'limited',
  invalid_auth: 'token',
  not_authed: 'token',
  token_revoked: 'token',
  token_expired: 'token',
  account_inactive: 'token',
  team_access_not_granted: 'token',
  channel_not_found: 'channel',
  is_archived: 'channel',
  not_in_channel: 'channel',
  restricted_action: 'channel',
  thread_not_found: 'channel',
  message_not_found: 'message',
  cant_update_message: 'message',
  edit_window_closed: 'message',
  internal_error: 'away',
  fatal_error: 'away',
  service_unavailable: 'away',
  request_timeout: 'away',
};

const DEFAULT_PAUSE_MS = 30_000;

/**
 * What the SDK threw, in our words. Told apart by its codes and not by its classes, which would load the SDK.
 */
export function chatErrorOf(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = field(error, 'code');
  if (code === 'slack_webapi_rate_limited_error') {
    const retryAfterMs = Number(field(error, 'retryAfter')) * 1_000 || DEFAULT_PAUSE_MS;
    return new ChatError('limited', message, { retryAfterMs, cause: error });
  }
  if (code === 'slack_webapi_platform_error') {
    const said = String(field(field(error, 'data'), 'error'));
    const trouble = TROUBLE[said] ?? 'refused';
    const retryAfterMs = trouble === 'limited' ? DEFAULT_PAUSE_MS : 0;
    return new ChatError(trouble, `Slack said: ${said}`, { retryAfterMs, cause: error });
  }
  // Whatever else it is, no answer was read: a broken connection, a gateway's page, a time-out.
  return new ChatError('away', `Slack did not answer: ${message}`, { cause: error });
}

function field(value: unknown, name: string): unknown {
  // Any object may be asked for a property that it may not have.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
