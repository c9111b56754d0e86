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
      err: (text) => void process.stderr.write(text),
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
