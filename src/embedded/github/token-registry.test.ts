import { expect, test } from 'vitest';
import { presentedToken, TokenRegistry } from './token-registry';

const ADA = { login: 'ada', id: 2, scopes: ['repo'] };
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['Bearer abc', 'abc'],
  ['token abc', 'abc'],
  [`Basic ${base64('x-access-token:a:b')}`, 'a:b'],
  [`basic ${base64('abc:')}`, 'abc'],
  ['Digest abc', null],
  ['', null],
  [null, null],
])('%j carries the token %j', (header, token) => {
  expect(presentedToken(header)).toBe(token);
});

test('a token is good until it expires, and not after', () => {
  const tokens = new TokenRegistry(new Map([['t', ADA]]));
  tokens.expire('t', Date.now() + 60_000);
  expect(tokens.ownerOf('t')).toBe(ADA);
  tokens.expire('t', Date.now() - 1);
  expect(tokens.ownerOf('t')).toBeUndefined();
  expect(tokens.snapshot()).toEqual([]);
});

test('a snapshot holds what is good and none of the internal tokens', () => {
  const owners = new Map([['t', ADA]]);
  const tokens = new TokenRegistry(owners);
  const expiresAt = Date.now() + 60_000;
  tokens.expire('t', expiresAt);
  const internal = tokens.internal('acme', 1, 'Organization');
  expect(tokens.internal('acme', 1, 'Organization')).toBe(internal);
  expect(tokens.internal('acme', 1, 'User')).not.toBe(internal);
  const restored = new TokenRegistry(new Map());
  restored.restore(JSON.parse(JSON.stringify(tokens.snapshot())) as ReturnType<typeof tokens.snapshot>);
  expect(restored.snapshot()).toEqual([{ token: 't', owner: ADA, expiresAt }]);
});
