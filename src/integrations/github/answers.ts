import { AppError, messageOf } from '@/domain/errors';

/** As many as GitHub gives at a time. */
export const PAGE = 100;

/** `acme/web` as the REST API wants it. */
export function named(fullName: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = fullName.split('/');
  return { owner, repo };
}

/** All pages of a list. */
export async function pages<T>(read: (page: number) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const some = await read(page);
    all.push(...some);
    if (some.length < PAGE) return all;
  }
}

export function statusOf(error: unknown): number | null {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : null;
}

export function isRateLimit(error: unknown): boolean {
  return error instanceof Error && /rate limit/i.test(error.message);
}

/** The answer, or the failure in our words. */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw worded(error);
  }
}

/** A failure of GitHub’s as ours: whose right is missing, or that GitHub did not answer. */
export function worded(error: unknown): AppError {
  const status = statusOf(error);
  if (status === 401) return signInOver(error);
  if ((status === 403 || status === 404) && !isRateLimit(error)) {
    return new AppError('repository_forbidden', `GitHub refused: ${messageOf(error)}`, { cause: error });
  }
  return new AppError('internal', `GitHub did not answer: ${messageOf(error)}`, { cause: error });
}

export function signInOver(cause: unknown): AppError {
  return new AppError('unauthenticated', 'Your sign-in with GitHub is over. Sign in again.', {
    ...{ cause, details: { why: 'sign_in_over' } },
  });
}
