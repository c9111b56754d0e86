import { EXIT, explainFailure } from './exit-code';
import { openTerminal, type Terminal } from './terminal';

/** What a command says at its end. */
export interface CommandResult {
  exitCode?: number;
  /** For `--json`: what the last line on standard output says besides `ok`. */
  json?: Record<string, unknown>;
}

/**
 * Runs a command to its end. With `json` the last line on standard output is one JSON object whose `ok` says the same
 * as the exit status; a failure is one line on standard error, with what to do next.
 */
export async function runCommand(
  { json: isJson = false, quiet: isQuiet = false }: { json?: boolean; quiet?: boolean },
  run: (terminal: Terminal) => Promise<CommandResult>,
): Promise<void> {
  const terminal = openTerminal({ isJson, isQuiet });
  try {
    const { exitCode = EXIT.ok, json = {} } = await run(terminal);
    if (isJson) terminal.out(`${JSON.stringify({ ok: exitCode === EXIT.ok, ...json })}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    reportFailure(error, terminal);
  }
}

/** Tells of a failure in one line and sets the exit status. */
export function reportFailure(
  error: unknown,
  { isJson, out, warn }: Pick<Terminal, 'isJson' | 'out' | 'warn'>,
): void {
  const { code, message, exitCode } = explainFailure(error);
  warn(`dispatch: ${message}\n`);
  if (isJson) out(`${JSON.stringify({ ok: false, code, error: message, exitCode })}\n`);
  process.exitCode = exitCode;
}
