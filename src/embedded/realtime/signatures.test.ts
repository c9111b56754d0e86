import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HOSTED_LIMITS } from './limits';
import { refuseRequest } from './rest-authentication';
import { refuseClientAuth } from './signatures';

/** The worked examples of pusher.com/docs/channels/library_auth_reference. */
const APP = { appId: '3', key: '278d425bdf160c739803', secret: '7ad3773142a6692b25b8' };

describe('signatures', () => {
  it('are those of the documented example of a request', () => {
    const body = Buffer.from('{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}');
    expect(createHash('md5').update(body).digest('hex')).toBe('ec365a775a4cd0599faeb73354201b6f');
    const query = new Map([
      ['auth_signature', 'da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c'],
      ['body_md5', 'ec365a775a4cd0599faeb73354201b6f'],
      ['auth_version', '1.0'],
      ['auth_timestamp', '1353088179'],
      ['auth_key', APP.key],
    ]);
    const request = { method: 'POST', path: '/apps/3/events', query, body };
    const clock = { nowMs: 1_353_088_179_000, skewSeconds: 600 };
    expect(refuseRequest(request, APP, clock)).toBeNull();
    expect(refuseRequest({ ...request, path: '/apps/4/events' }, APP, clock)).toContain('Invalid signature');
    expect(refuseRequest({ ...request, method: 'PUT' }, APP, clock)).toContain('Invalid signature');
    expect(refuseRequest(request, APP, { ...clock, nowMs: clock.nowMs + 600_001 })).toContain('expired');
  });

  it('are those of the documented examples of subscriptions', () => {
    const privateAuth = `${APP.key}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4`;
    expect(refuseClientAuth(APP, privateAuth, '1234.1234:private-foobar')).toBeNull();
    expect(refuseClientAuth(APP, privateAuth, '1234.1234:private-foobaz')).toContain('Invalid signature');
  });

  it('never appear in a refusal', () => {
    const right = '58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4';
    expect(refuseClientAuth(APP, `${APP.key}:x`, '1234.1234:private-foobar')).not.toContain(right);
  });
});

describe('the limits', () => {
  it('are those of the hosted service', () => {
    expect(HOSTED_LIMITS).toMatchObject({
      eventDataBytes: 10_240,
      batchEvents: 10,
      channelsPerTrigger: 100,
      clientEventsPerSecond: 10,
      presenceMembers: 100,
      timestampSkewSeconds: 600,
      leaveDelayMs: 3_000,
      webhookRetryForMs: 300_000,
      cacheTtlMs: 1_800_000,
    });
  });
});
