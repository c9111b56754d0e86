import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** A pipe for a child's output. */
export interface OutputPipe {
  /** For the child; to be closed here once it has it. */
  writeEnd: number;
  reader: Socket;
}

/**
 * Makes a real pipe: what Node gives a child is a socket, and a script that writes to `/dev/stderr` can't open one.
 * Errors: those of the system, such as a disk without room.
 */
export function openOutputPipe(folder: string): OutputPipe {
  const path = join(folder, 'setup-output');
  rmSync(path, { force: true });
  execFileSync('mkfifo', ['-m', '600', path]);
  try {
    // Opened like this the reader waits for no writer; opened after it, the writer finds it there.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const writeEnd = openSync(path, constants.O_WRONLY);
      return { writeEnd, reader: new Socket({ fd: readEnd, readable: true, writable: false }) };
    } catch (error) {
      closeSync(readEnd);
      throw error;
    }
  } finally {
    rmSync(path, { force: true });
  }
}
