import { AppError, messageOf } from '@/domain/errors';
import type { FileAtHead } from '@/ports/repositories';

const TIMEOUT_MS = 10_000;
/** What people read on a page; a longer file is shown to here. */
const MAX_CHARS = 64 * 1024;

/**
 * Reads a file of a repository at GitHub by the REST API's "get repository content", by the token that is
 * given, or as anybody may: then of a private repository it sees none. Errors: `repository_not_found` when GitHub can't be reached.
 */
export async function readGithubFile(
  { apiUrl, token }: { apiUrl: string; token?: string | undefined },
  repositoryUrl: string,
  { branch, file }: { branch: string; file: string },
): Promise<FileAtHead> {
  const [owner = '', name = ''] = new URL(repositoryUrl).pathname.replace(/^\/|\.git$/g, '').split('/');
  const path = [owner, name, 'contents', ...file.split('/')].map(encodeURIComponent).join('/');
  const response = await ask(`${apiUrl}/repos/${path}?ref=${encodeURIComponent(branch)}`, token);
  if (response.status === 404) return { kind: 'none' };
  if (!response.ok) {
    const why = [403, 429].includes(response.status)
      ? 'GitHub takes no more questions from here for now. Try again in an hour.'
      : `GitHub answered ${response.status} when it was asked for the file.`;
    return { kind: 'unreadable', why };
  }
  const text = await response.text();
  return { kind: 'text', text: text.slice(0, MAX_CHARS), isCut: text.length > MAX_CHARS };
}

async function ask(address: string, token: string | undefined): Promise<Response> {
  const headers = {
    ...{ accept: 'application/vnd.github.raw+json', 'user-agent': 'dispatch' },
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  try {
    return await fetch(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new AppError('repository_not_found', `GitHub can't be reached: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}
