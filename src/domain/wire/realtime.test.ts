import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionId, TeamId } from '../ids';
import { sandboxChannel } from './bridge';
import { parseChannel, presenceChannel, sessionChannel, teamChannel } from './realtime';

const anyVersion = fc.nat({ max: 999_999_999 });

describe('channel names', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.uuid(), anyVersion, (uuid, version) => {
        const sessionId = SessionId.parse(uuid);
        expect(parseChannel(sessionChannel(sessionId, version))).toEqual({
          type: 'session',
          sessionId,
          accessVersion: version,
        });
        expect(parseChannel(presenceChannel(sessionId, version))).toEqual({
          type: 'presence',
          sessionId,
          accessVersion: version,
        });
        expect(parseChannel(sandboxChannel(sessionId, version))).toEqual({
          type: 'sandbox',
          sessionId,
          epoch: version,
        });
        expect(parseChannel(teamChannel(TeamId.parse(uuid), version))).toEqual({
          type: 'team',
          teamId: uuid,
          accessVersion: version,
        });
      }),
    );
  });

  it('are short enough and of the characters that Pusher allows', () => {
    fc.assert(
      fc.property(fc.uuid(), anyVersion, (uuid, version) => {
        const sessionId = SessionId.parse(uuid);
        for (const name of [sessionChannel(sessionId, version), presenceChannel(sessionId, version)]) {
          expect(name).toMatch(/^[A-Za-z0-9_\-=@,.;]{1,164}$/);
        }
      }),
    );
  });

  it.each([
    'private-session-00000000-0000-4000-8000-000000000001',
    'private-session-00000000-0000-4000-8000-000000000001.',
    'private-session-00000000-0000-4000-8000-000000000001.-1',
    'private-session-00000000-0000-4000-8000-000000000001.1e3',
    'private-session-00000000-0000-4000-8000-000000000001.9999999999',
    'private-session-00000000-0000-4000-8000-000000000001.1\n',
    ' private-session-00000000-0000-4000-8000-000000000001.1',
    'presence-session-00000000-0000-4000-8000-000000000001',
    'presence-team-00000000-0000-4000-8000-000000000001.1',
    'presence-sandbox-00000000-0000-4000-8000-000000000001.1',
    'private-team-00000000-0000-4000-8000-000000000001',
    'private-session-../00000000-0000-4000-8000-000000000001.1',
    'private-team-x',
    '',
  ])('that are none of ours are none: %j', (name) => {
    expect(parseChannel(name)).toBeNull();
  });

  it('are never made of any other text', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(parseChannel(name)).toBeNull();
      }),
    );
  });
});
