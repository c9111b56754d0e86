import { messageOf } from '@/domain/errors';

/** The parts of an installation, in the order in which a person looks for what is wrong. */
export type HealthPart =
  'version' | 'database' | 'realtime' | 'blobs' | 'sandboxes' | 'sweep' | 'github' | 'model';

/** One part: how it is, in a sentence, and what to do where it is not well. */
export interface HealthLine {
  part: HealthPart;
  state: 'ok' | 'warn' | 'fail';
  words: string;
  fix: string | null;
}

/** A part that takes longer is as good as gone for whoever waits. */
const DEADLINE_MS = 6_000;

/**
 * Looks at one part. Whatever goes wrong while looking is the answer, and never an error: a page about health is
 * wanted most when something is ill.
 */
export async function lookAt(
  part: HealthPart,
  look: (signal: AbortSignal) => Promise<Omit<HealthLine, 'part'>>,
  fix: string,
): Promise<HealthLine> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () =>
      reject(new Error(`It did not answer within ${DEADLINE_MS / 1_000} s.`)),
    );
  });
  try {
    return { part, ...(await Promise.race([look(signal), late])) };
  } catch (error) {
    return { part, state: 'fail', words: messageOf(error), fix };
  }
}
