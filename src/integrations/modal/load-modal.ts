import type * as Modal from 'modal';
import { ignoreModalConfigFile } from '@/env';

let loading: Promise<typeof Modal> | undefined;

/**
 * Modal's SDK, loaded when it is first needed: that takes 145 to 380 ms and some 75 MB (measured with 0.11.1), which
 * functions that talk to no sandbox do not pay.
 */
export function loadModal(): Promise<typeof Modal> {
  loading ??= load();
  return loading;
}

async function load(): Promise<typeof Modal> {
  // The SDK reads the file when it is loaded, so this has to come before.
  ignoreModalConfigFile();
  try {
    return await import('modal');
  } catch (error) {
    // Not kept: a file that could not be read once may be read the next time.
    loading = undefined;
    throw error;
  }
}
