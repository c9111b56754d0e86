import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  authorizeUrl,
  callApi,
  exchangeCode,
  startTestGitHub,
  type TestGitHub,
} from '@/testing/emulated-github';
import { signInAs } from './sign-in-as';

let github: TestGitHub;
beforeAll(async () => {
  github = await startTestGitHub();
});
afterAll(() => github.remove());

test('signing in leads back to the application with a code and the state it sent', async () => {
  const back = new URL(await signInAs(authorizeUrl(github), 'ada'));
  expect(back.origin + back.pathname).toBe(`${github.appUrl}/api/auth/callback/github`);
  expect(back.searchParams.get('state')).toBe('s&1');
  expect(back.searchParams.get('code')).toMatch(/^[0-9a-f]{40}$/);
});

test('the code becomes a token, once, that names the user who signed in', async () => {
  const code = new URL(await signInAs(authorizeUrl(github), 'ben')).searchParams.get('code')!;
  const { access_token: token } = await exchangeCode(github, code);
  const user = await callApi(github, '/user', { token: token! });
  expect(await user.json()).toMatchObject({ login: 'ben', name: 'Ben Okri', email: 'ben@acme.test' });
  const emails = await callApi(github, '/user/emails', { token: token! });
  expect(await emails.json()).toMatchObject([{ email: 'ben@acme.test', primary: true, verified: true }]);
  expect(await exchangeCode(github, code)).toMatchObject({ error: 'bad_verification_code' });
});

test('the sign-in page offers the seeded people and nobody else', async () => {
  await expect(signInAs(authorizeUrl(github), 'admin')).rejects.toThrow('only: ada, ben, carol.');
});

test('an application with another address is refused with the reason', async () => {
  const elsewhere = authorizeUrl(github, 'http://evil.test');
  await expect(signInAs(elsewhere, 'ada')).rejects.toThrow('redirect_uri is not registered');
});
