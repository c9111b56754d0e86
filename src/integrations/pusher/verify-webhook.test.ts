import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from './verify-webhook';

const APP = { key: 'k', secret: 's' };

function signed(body: string) {
  return verifyWebhook(APP, {
    body,
    key: 'k',
    signature: createHmac('sha256', 's').update(body).digest('hex'),
  });
}

describe('a signed webhook', () => {
  it('leaves out events of a kind that is not known', () => {
    const events = [
      { name: 'subscription_count', channel: 'a' },
      { name: 'channel_occupied', channel: 'a' },
      7,
    ];
    expect(signed(JSON.stringify({ time_ms: 5, events }))).toEqual({
      timeMs: 5,
      events: [{ name: 'channel_occupied', channel: 'a' }],
    });
  });

  it.each(['', '{', '[]', '{"time_ms":"now","events":[]}', '{"time_ms":1}'])(
    'is null for the body %j',
    (body) => {
      expect(signed(body)).toBeNull();
    },
  );
});
