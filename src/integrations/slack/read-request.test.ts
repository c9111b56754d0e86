import { expect, it } from 'vitest';
import { readMessage } from './read-request';

const BODY = { event_id: 'Ev1', team_id: 'T1', authorizations: [{ user_id: 'UBOT' }] };
const message = (more: object) => ({
  ...{ type: 'message', user: 'U1', text: '<@UBOT> look at this', ts: '1.2', channel: 'C1' },
  ...more,
});
const textOf = (more: object): unknown => {
  const request = readMessage(BODY, message(more))?.request;
  return request?.type === 'message' ? request.text : null;
};

it('says which files of a message are not brought along, so that none is lost in silence', () => {
  const files = [{ name: 'a.png' }, { title: 'Notes' }, {}];
  const text = textOf({ subtype: 'file_share', files });
  expect(text).toMatch(/^look at this\n\n/);
  expect(text).toContain('not brought along: a.png, Notes, a file without a name.');
  expect(textOf({ subtype: 'file_share', text: '<@UBOT>', files })).toContain('a.png');
});

it('leaves a message without files as it was written', () => {
  expect(textOf({})).toBe('look at this');
});

it.each([{ bot_id: 'B1' }, { subtype: 'message_changed' }, { text: 'among people' }])(
  'is none of ours: %j',
  (more) => {
    expect(readMessage(BODY, message(more))).toBeNull();
  },
);
