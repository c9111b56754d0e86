import { statSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCode } from '../supervisor/kill-processes';

/** What a picture can't be taken of, in words for the agent: what was wrong, and what to do. */
export class TargetError extends Error {}

const HOW =
  'Give a page that a server in this sandbox serves, such as http://localhost:3000/, or a file of the repository.';

/**
 * The page that is meant, as an address that a browser opens: one of this sandbox's own servers, or a file below
 * `folder`, the repository. It keeps an agent from sending a browser that nobody watches somewhere else by mistake; it
 * is no fence, since the agent has a shell. Errors: TargetError.
 */
export function pageAddress(page: string, folder: string): URL {
  const scheme = /^([a-z][a-z0-9+.-]*):(?!\d)/i.exec(page)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return ownServer(page);
  if (scheme !== undefined) throw new TargetError(`No picture is taken of ${scheme}: addresses. ${HOW}`);
  if (/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(page)) return ownServer(`http://${page}`);
  return fileInside(page, folder);
}

function ownServer(page: string): URL {
  if (!URL.canParse(page)) throw new TargetError(`${page} is no address. ${HOW}`);
  const url = new URL(page);
  if (!isLoopback(url.hostname)) throw new TargetError(`${url.host} is outside of this sandbox. ${HOW}`);
  return url;
}

/** As browsers name this machine; `*.localhost` always means it (RFC 6761, section 6.3). */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
  );
}

function fileInside(page: string, folder: string): URL {
  try {
    const root = realpathSync(folder);
    const path = realpathSync(resolve(root, page));
    const fromRoot = relative(root, path);
    if (fromRoot.startsWith('..') || isAbsolute(fromRoot)) {
      throw new TargetError(`${page} is outside of the repository. ${HOW}`);
    }
    if (!statSync(path).isFile()) throw new TargetError(`${page} is a folder. ${HOW}`);
    return pathToFileURL(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new TargetError(`There is no file ${page}. ${HOW}`);
    throw error;
  }
}
