// Stands in for `next/server` where the app's routes run without Next: the one function of it that they use.
import { AsyncLocalStorage } from 'node:async_hooks';

const work = new AsyncLocalStorage<(() => unknown)[]>();

/** Puts work off until the answer is out, as Next does. Lost with the process, as on the real platform. */
export function after(task: () => unknown): void {
  const put = work.getStore();
  if (!put) throw new Error('`after` was called outside of a request.');
  put.push(task);
}

/** Answers a request, and then does what was put off while it was answered. */
export async function answering(
  answer: () => Promise<Response>,
  send: (response: Response) => Promise<void>,
): Promise<void> {
  const put: (() => unknown)[] = [];
  await work.run(put, async () => {
    await send(await answer());
    for (let task = put.shift(); task; task = put.shift()) await task();
  });
}
