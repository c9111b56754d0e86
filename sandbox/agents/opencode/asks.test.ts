import { describe, expect, test } from 'vitest';
import { askTitle } from '@/domain/session/evolve-asks';
import { describePermission, describeQuestions, PermissionAsk, QuestionAsk, readPending } from './asks';

const permission = (values: Partial<Record<keyof PermissionAsk, unknown>>): PermissionAsk =>
  PermissionAsk.parse({
    ...{ id: 'per_1', sessionID: 'ses_1', permission: 'bash', patterns: ['x'], metadata: {}, always: [] },
    ...values,
  });

describe('what a person reads', () => {
  // The metadata is what OpenCode 1.18.33 sends.
  test.each([
    [
      { metadata: { command: 'git push origin main' }, patterns: ['git push origin main'] },
      'git push origin main',
    ],
    [
      {
        permission: 'external_directory',
        patterns: ['/etc/*'],
        metadata: { filepath: '/etc/hostname', parentDir: '/etc' },
      },
      'Use files outside the repository: /etc/hostname',
    ],
    [
      {
        ...{ permission: 'external_directory', patterns: ['/opt/*'] },
        metadata: { command: 'ls /opt', directories: ['/opt'], patterns: ['/opt/*'] },
      },
      'Use files outside the repository: /opt (ls /opt)',
    ],
    [
      {
        permission: 'webfetch',
        patterns: ['https://a.example/'],
        metadata: { url: 'https://a.example/', format: 'text' },
      },
      'Fetch https://a.example/',
    ],
    [
      { permission: 'doom_loop', patterns: ['bash'], metadata: { tool: 'bash', input: { command: 'make' } } },
      'Go on, though it calls bash with the same input again and again: {"command":"make"}',
    ],
    [{ permission: 'skill', patterns: ['review'], metadata: null }, 'skill review'],
  ])('%j', (values, title) => {
    expect(askTitle(describePermission(permission(values)))).toBe(title);
  });

  test('of a question is every option, and whether an own answer is welcome, which it is unless OpenCode says no', () => {
    const options = [{ label: 'Red', description: 'warm' }];
    const asked = QuestionAsk.parse({
      ...{ id: 'que_1', sessionID: 'ses_1' },
      questions: [
        { question: 'Which?', header: 'Colour', options },
        { question: 'Both?', header: 'More', options, multiple: true, custom: false },
      ],
    });
    expect(describeQuestions(asked)).toMatchObject({
      questions: [
        { header: 'Colour', question: 'Which?', options, isMultiple: false, allowsOwnText: true },
        { isMultiple: true, allowsOwnText: false },
      ],
    });
  });

  test('is nothing for an ask without a question', () => {
    expect(describeQuestions(QuestionAsk.parse({ id: 'que_1', sessionID: 's', questions: [] }))).toBeNull();
  });
});

test('one ask that can’t be read hides no other', () => {
  const good = permission({});
  expect(readPending([{ id: 'per_x' }, good], 'no list'.split('')).permissions).toEqual([good]);
});
