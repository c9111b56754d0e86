import { errorCode } from '../supervisor/kill-processes';
import { JournalFullError } from './journal';

/** Whether a write failed because there was no room for it. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof JournalFullError || ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');
}
