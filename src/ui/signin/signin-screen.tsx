'use client';

import { getProviders, signIn } from 'next-auth/react';
import { useState } from 'react';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { TabTitle } from '../kit/tab-title';
import { wordsOfSignInError } from './words-of-error';

/** The one way in. next-auth's call takes its CSRF token along. */
export function SigninScreen({ callbackUrl, error }: { callbackUrl: string; error: string | null }) {
  const [isLeaving, setIsLeaving] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);

  async function leave(): Promise<void> {
    setIsLeaving(true);
    setHasFailed(false);
    try {
      // Without an answer `signIn` would leave for a page of next-auth's, which can't be reached either.
      if (!(await getProviders())) throw new Error('The sign-in routes do not answer.');
      await signIn('github', { callbackUrl });
    } catch {
      // next-auth says no more than that its own route did not answer.
      setHasFailed(true);
      setIsLeaving(false);
    }
  }

  const words = hasFailed
    ? 'Dispatch did not answer. Check the connection, then try again.'
    : wordsOfSignInError(error);
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <TabTitle title="Sign in" />
      <div className="flex w-full max-w-xs flex-col gap-5">
        <div>
          <h1 className="text-xl font-semibold">Dispatch</h1>
          <p className="mt-1 text-muted">Coding agents that your team works with, in one place.</p>
        </div>
        {words !== null && <Notice tone="danger">{words}</Notice>}
        <Button variant="primary" disabled={isLeaving} onClick={() => void leave()}>
          {isLeaving ? 'Going to GitHub…' : 'Sign in with GitHub'}
        </Button>
        <p className="text-xs text-muted">
          Dispatch reads your name, login and email address from GitHub. It gets no access to your code by
          this.
        </p>
      </div>
    </main>
  );
}
