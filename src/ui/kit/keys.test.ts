import { describe, expect, it } from 'vitest';
import { isPressed, keyCaps, type KeyPress } from './keys';

function press(key: string, more: Partial<KeyPress> & { altGraph?: boolean } = {}): KeyPress {
  const { altGraph = false, ...rest } = more;
  return {
    ...{ key, code: '', metaKey: false, ctrlKey: false, altKey: false, shiftKey: false },
    getModifierState: (name) => name === 'AltGraph' && altGraph,
    ...rest,
  };
}

describe('a single key', () => {
  it.each([
    ['is itself', press('j'), true],
    ['is not another', press('k'), false],
    ['is itself with caps lock on', press('J'), true],
    ['is not its capital', press('J', { shiftKey: true }), false],
    ['is not taken from the browser', press('j', { ctrlKey: true }), false],
    ['is not taken from the system', press('j', { metaKey: true }), false],
    ['is not what alt writes', press('j', { altKey: true }), false],
    ['is found by its place where letters are not Latin', press('о', { code: 'KeyJ' }), true],
    ['is found by its letter, not its place, where they are', press('c', { code: 'KeyJ' }), false],
  ])('%s', (_name, event, expected) => {
    expect(isPressed('j', event, false)).toBe(expected);
    expect(isPressed('j', event, true)).toBe(expected);
  });
});

describe('a sign', () => {
  it('is written with shift where a layout has it there', () => {
    expect(isPressed('?', press('?', { shiftKey: true }), false)).toBe(true);
    expect(isPressed('?', press('?'), false)).toBe(true);
  });

  it('is written with AltGr, which Windows reports as Ctrl and Alt', () => {
    const german = press('[', { ctrlKey: true, altKey: true, altGraph: true });
    expect(isPressed('[', german, false)).toBe(true);
    expect(isPressed('[', press('[', { ctrlKey: true, altKey: true }), false)).toBe(false);
  });

  it('is written with alt on a Mac, and only there', () => {
    expect(isPressed('[', press('[', { altKey: true }), true)).toBe(true);
    expect(isPressed('[', press('[', { altKey: true }), false)).toBe(false);
  });

  it('is not a command of the browser', () => {
    expect(isPressed('[', press('[', { metaKey: true }), true)).toBe(false);
  });
});

describe('a key with the main modifier', () => {
  it('is ⌘ on a Mac and Ctrl elsewhere, never the other one', () => {
    const [command, control] = [press('k', { metaKey: true }), press('k', { ctrlKey: true })];
    expect([isPressed('mod+k', command, true), isPressed('mod+k', control, true)]).toEqual([true, false]);
    expect([isPressed('mod+k', command, false), isPressed('mod+k', control, false)]).toEqual([false, true]);
  });

  it('wants no modifier beside it', () => {
    expect(isPressed('mod+k', press('k', { ctrlKey: true, altKey: true }), false)).toBe(false);
    expect(isPressed('mod+k', press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(isPressed('mod+shift+k', press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(isPressed('mod+Enter', press('Enter', { ctrlKey: true }), false)).toBe(true);
  });
});

describe('what is printed on a key', () => {
  it.each([
    ['mod+k', ['⌘', 'K'], ['Ctrl', 'K']],
    ['alt+Enter', ['⌥', '↵'], ['Alt', '↵']],
    ['?', ['?'], ['?']],
    ['c', ['c'], ['c']],
  ])('%s', (name, onMac, elsewhere) => {
    expect(keyCaps(name, true)).toEqual(onMac);
    expect(keyCaps(name, false)).toEqual(elsewhere);
  });
});
