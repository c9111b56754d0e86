import { expect, test } from 'vitest';
import { cutOutput, describeInput, MAX_OUTPUT, titleOf, todosOf } from './tool-words';

test('an output of up to 16 kB is kept whole', () => {
  const output = 'x'.repeat(MAX_OUTPUT);
  expect(cutOutput(output)).toEqual({ output, overflow: null });
});

test('a longer one keeps both ends, says how much is missing and cuts no pair', () => {
  const whole = `${'a'.repeat(7_999)}😀${'b'.repeat(9_000)}😀${'c'.repeat(7_999)}`;
  const { output, overflow } = cutOutput(whole);
  expect(overflow).toBe(whole);
  expect(output.isWellFormed()).toBe(true);
  expect(output).toContain('characters left out');
});

test('an input is JSON text of bounded length', () => {
  expect(describeInput({ command: 'ls' })).toBe('{"command":"ls"}');
  expect(describeInput(undefined)).toBe('{}');
  expect(describeInput({ content: 'x'.repeat(50_000) }).length).toBeLessThanOrEqual(16_001);
});

test.each([
  ['list files', ['bash', { command: 'ls', description: 'list files' }, '']],
  ['/workspace/repo/a.ts', ['read', { filePath: '/workspace/repo/a.ts' }, '']],
  ['from OpenCode', ['bash', { command: 'ls' }, 'from OpenCode']],
  ['custom', ['custom', { other: 1 }, '']],
  ['custom', ['custom', 'not an object', '']],
] as const)('a call is titled by what it says best: %s', (expected, [tool, input, title]) => {
  expect(titleOf(tool, input, title)).toBe(expected);
});

test('a todo list is read from the call that writes it', () => {
  const input = {
    todos: [
      { content: 'a', status: 'in_progress' },
      { content: 'b', status: 'who knows' },
    ],
  };
  expect(todosOf('todowrite', input)).toEqual([
    { content: 'a', status: 'in_progress' },
    { content: 'b', status: 'pending' },
  ]);
  expect(todosOf('bash', input)).toBeNull();
  expect(todosOf('todowrite', { todos: 'none' })).toBeNull();
});
