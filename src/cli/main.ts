// The `dispatch` command. Bundled to one file by scripts/build-cli.ts.
import { CommanderError } from 'commander';
import { EXIT } from './exit-code';
import { createProgram } from './program';
import { reportFailure } from './run-command';

declare const DISPATCH_VERSION: string;

// What pusher-js' WebSocket library uses of Node is deprecated there, and no business of whoever runs this.
Object.assign(process, { noDeprecation: true });

const isJson = process.argv.includes('--json');

try {
  await createProgram(DISPATCH_VERSION).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) {
    reportFailure(error, {
      isJson,
      out: (text) => void process.stdout.write(text),
      warn: (text) => void process.stderr.write(text),
    });
  } else if (error.exitCode !== 0) {
    // Commander has said on standard error what is wrong with the command line.
    process.exitCode = EXIT.usage;
    const { message } = error;
    if (isJson) {
      process.stdout.write(
        `${JSON.stringify({ ok: false, code: 'usage', error: message, exitCode: EXIT.usage })}\n`,
      );
    }
  }
}

/**
 * A command that is over is over: what a library left open (a socket that was still being made when it was closed)
 * must not keep it. It has this long to send what it was given last, and longer only while output waits for a reader.
 */
const LEAVE_MS = 1_000;

function leaveSoon(): void {
  const leave = (): void => {
    if (process.stdout.writableLength > 0 || process.stderr.writableLength > 0) leaveSoon();
    else process.exit();
  };
  // Does not keep the process itself: most end before.
  setTimeout(leave, LEAVE_MS).unref();
}

leaveSoon();
