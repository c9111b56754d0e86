import { spawn } from 'node:child_process';
import type { Terminal } from './terminal';

/** Shows a long text page by page, by the reader's own PAGER; as it is where there is none. */
export async function page({ environment, out }: Terminal, text: string): Promise<void> {
  const { pager } = environment;
  if (pager === null || !(await pageBy(pager, text))) out(text);
}

/** PAGER is a command line of the reader's own, so their shell reads it, as git's does. */
function pageBy(pager: string, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(pager, {
      shell: true,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    // Who leaves the pager before the end has seen enough.
    child.stdin.on('error', () => undefined);
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code !== 127));
    child.stdin.end(text);
  });
}
