import { describe, expect, it } from 'vitest';
import { parseEvent } from '../events/parse-event';
import type { EventOf } from '../events/session-event';
import { doingAfter } from './doing';

const turn = { turnId: '0190b5a0-0000-7000-8000-000000000001' };

function tool(name: string, input: unknown, title = ''): string | undefined {
  const part = { type: 'tool', tool: name, title, input: JSON.stringify(input) };
  return doingAfter(parseEvent({ kind: 'part.started', ...turn, partId: 'prt_1', part }));
}

function failed(code: string): string | undefined {
  const reason = { code, message: 'No.' };
  const event: EventOf<'sandbox.phase'> = {
    ...{ kind: 'sandbox.phase', epoch: 1, phase: 'failed', isolation: null, reason },
  };
  return doingAfter(event);
}

describe('what a session is doing', () => {
  it.each([
    ['bash', { command: 'npm test', description: 'Run the tests' }, 'running npm test'],
    ['bash', { command: '\n  npm run build &&\nnpm test' }, 'running npm run build && npm test'],
    ['bash', { command: '(\nfor n in 1 2; do echo $n; done\n)' }, 'running for n in 1 2; do echo $n; done'],
    ['bash', { command: 'echo $(date)' }, 'running echo $(date)'],
    ['edit', { filePath: '/workspace/web/src/theme.ts' }, 'editing theme.ts'],
    ['read', { filePath: 'src/' }, 'reading src'],
    ['write', {}, 'writing a title'],
    ['grep', { pattern: 'useTheme' }, 'searching useTheme'],
    ['todowrite', {}, 'planning'],
    ['linear_create', {}, 'using linear_create'],
  ])('is said of a %s with %j as “%s”', (name, input, words) => {
    expect(tool(name, input, 'a title')).toBe(words);
  });

  it('fits a row, and can’t turn the rest of the row around', () => {
    const words = tool('bash', { command: `echo \u202Eevil\u0007 ${'x'.repeat(200)}` })!;
    expect(words.length).toBeLessThanOrEqual(60);
    expect(words).toMatch(/^running echo evil x+…$/);
    expect(tool('bash', { command: 'echo \ud800' })!.isWellFormed()).toBe(true);
  });

  it('is said of an input that was cut by its title', () => {
    const part = { type: 'tool', tool: 'bash', title: 'npm test', input: '{"command":"npm te…' };
    const event = parseEvent({ kind: 'part.started', ...turn, partId: 'prt_1', part });
    expect(doingAfter(event)).toBe('running npm test');
  });

  it('names why a sandbox did not start', () => {
    expect(failed('repository_not_found')).toBe('repository not found');
    expect(failed('start_failed')).toBe('setup failed');
  });

  it('is nothing new after what only people did', () => {
    expect(doingAfter({ kind: 'session.titled', title: 'x' })).toBeUndefined();
  });
});
