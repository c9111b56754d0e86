import { DEFAULT_SETUP_TIMEOUT_SECONDS } from '@/domain/environment/environment';
import type { Reason } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import type { ScriptEnd } from './run-script';

/** How a setup ended that did not succeed. */
interface SetupFailure {
  /** `cut_off`: the bridge died each time while it ran. */
  end: ScriptEnd | { type: 'cut_off'; times: number };
  lastWords: string;
  timeoutSeconds?: number;
}

/** Why a setup failed, in words that a person understands, with the end of what it printed. */
export function explainSetup({ end, lastWords, timeoutSeconds }: SetupFailure): Reason {
  const seconds = timeoutSeconds ?? DEFAULT_SETUP_TIMEOUT_SECONDS;
  const said = lastWords === '' ? '' : ` It printed last: ${lastWords}`;
  const message = cutText(`${what(end, seconds)}${said}`, 2_000);
  return { code: end.type === 'timed_out' ? 'setup_timed_out' : 'setup_failed', message };
}

function what(end: SetupFailure['end'], seconds: number): string {
  switch (end.type) {
    case 'exited':
      return `The setup failed with exit status ${end.code}.`;
    case 'died':
      return `The setup failed: it was ended by ${end.signal}.`;
    case 'timed_out':
      return `The setup did not end within ${duration(seconds)}, so it was ended with all that it had started.`;
    case 'stopped':
      return 'The setup was stopped.';
    case 'not_started':
      return `The setup could not be started: ${end.why}`;
    case 'cut_off':
      return `The setup was cut off ${end.times} times, so it is not tried again.`;
  }
}

function duration(seconds: number): string {
  if (seconds % 60 !== 0) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  return seconds === 60 ? 'a minute' : `${seconds / 60} minutes`;
}
