import { expect, it } from 'vitest';
import { readOptions } from './options';

it('reads what to make and where', () => {
  expect(readOptions(['--local', '--into', '/roots', '--json'])).toEqual({
    target: 'local',
    into: '/roots',
    json: true,
    print: false,
  });
  expect(readOptions(['--modal', '--print'])).toMatchObject({ target: 'modal', print: true });
});

it.each([[[]], [['--local', '--modal']], [['--print']]])('refuses %j, which says no one thing', (args) => {
  expect(() => readOptions(args)).toThrow('Say one of');
});
