/** next-auth's codes for a sign-in that did not happen. */
const WORDS: Readonly<Record<string, string>> = {
  AccessDenied: 'GitHub says that you did not agree. Sign in again to go on.',
  OAuthAccountNotLinked:
    'Your email address belongs to somebody who signed in with another GitHub account. Use that account.',
  OAuthSignin: 'GitHub could not be reached to sign you in. Try again in a minute.',
  OAuthCallback: 'GitHub sent you back, but did not confirm who you are. Try again.',
  OAuthCreateAccount: 'Your account could not be saved. Nothing was changed; try again.',
  Callback: 'Your account could not be saved. Nothing was changed; try again.',
  SessionRequired: 'Sign in to see this page.',
  Configuration:
    'Sign-in is not set up completely. Whoever runs this deployment finds the reason in its log.',
};

/** What went wrong with a sign-in and what to do; null when nothing did. */
export function wordsOfSignInError(code: string | null): string | null {
  return code === null ? null : (WORDS[code] ?? 'Signing in did not work. Try again.');
}
