import { pause } from '../bridge/alarm';
import type { SetupLog } from './setup-log';

/** Between two events of output at first; it grows by a fifth with each, so that an hour of it is some hundred. */
const TELL_EVERY_MS = 500;

/**
 * Tells what a script prints while it comes, until it ended; what is left then is told together with how it ended. When
 * that can't be done, the script is ended with `stop` and the error thrown.
 */
export async function tellOutput<T>(
  ended: Promise<T>,
  log: SetupLog,
  { tell, stop }: { tell: (piece: string) => void; stop: () => void },
): Promise<T> {
  const done = new AbortController();
  const over = ended.finally(() => done.abort());
  try {
    for (let told = 0; ;) {
      await pause(TELL_EVERY_MS * (1 + told / 5), done.signal);
      if (done.signal.aborted) return await over;
      const piece = log.next();
      if (piece === null) continue;
      tell(piece);
      told += 1;
    }
  } catch (error) {
    stop();
    await over;
    throw error;
  }
}
