import { describe, expect, it } from 'vitest';
import { type Command, CommandRegistry, type KeyScene } from './command-registry';
import type { KeyPress } from './keys';

const SCREEN: KeyScene = { isMac: false, isTaken: false };
const FIELD: KeyScene = { isMac: false, isTaken: true };

function press(key: string, more: Partial<KeyPress> = {}, repeat = false): KeyPress & { repeat: boolean } {
  return {
    ...{ key, code: '', metaKey: false, ctrlKey: false, altKey: false, shiftKey: false, repeat },
    getModifierState: () => false,
    ...more,
  };
}

function recorder() {
  const done: string[] = [];
  const command = (id: string, more: Partial<Command> = {}): Command => ({
    ...{ id, title: id, group: 'Test' },
    run: () => void done.push(id),
    ...more,
  });
  return { done, command, registry: new CommandRegistry() };
}

describe('commands by key', () => {
  it('run on the screen that has them, and are gone with it', () => {
    const { done, command, registry } = recorder();
    const leave = registry.add('screen', () => [command('stop', { keys: 's' })]);
    expect(registry.press(press('s'), SCREEN)).toBe(true);
    leave();
    expect(registry.press(press('s'), SCREEN)).toBe(false);
    expect(done).toEqual(['stop']);
  });

  it('leave a field what is typed into it, but for those that have a modifier and say so', () => {
    const { done, command, registry } = recorder();
    registry.add('app', () => [
      command('stop', { keys: 's' }),
      command('palette', { keys: 'mod+k', whileTyping: true }),
    ]);
    expect(registry.press(press('s'), FIELD)).toBe(false);
    expect(registry.press(press('k', { ctrlKey: true }), FIELD)).toBe(true);
    expect(done).toEqual(['palette']);
  });

  it('run once while their key is held down, unless they repeat', () => {
    const { done, command, registry } = recorder();
    registry.add('screen', () => [
      command('stop', { keys: 's' }),
      command('next', { keys: 'j', repeats: true }),
    ]);
    for (const repeat of [false, true, true]) {
      registry.press(press('s', {}, repeat), SCREEN);
      registry.press(press('j', {}, repeat), SCREEN);
    }
    expect(done).toEqual(['stop', 'next', 'next', 'next']);
  });

  it('of the screen go before the app’s, whichever came first', () => {
    const { done, command, registry } = recorder();
    registry.add('screen', () => [command('new on this screen', { keys: 'c' })]);
    registry.add('app', () => [command('new', { keys: 'c' })]);
    registry.press(press('c'), SCREEN);
    expect(done).toEqual(['new on this screen']);
  });

  it('that can’t be done now leave their key to the next', () => {
    const { done, command, registry } = recorder();
    registry.add('screen', () => [
      command('disabled', { keys: 'n', isEnabled: () => false }),
      command('listed only', { keys: 'n', run: null }),
    ]);
    registry.add('app', () => [command('next thing', { keys: 'n' })]);
    registry.press(press('n'), SCREEN);
    expect(done).toEqual(['next thing']);
  });
});

describe('commands by id', () => {
  it('are listed once, the screen’s in place of the app’s', () => {
    const { command, registry } = recorder();
    registry.add('app', () => [command('new', { title: 'of the app' }), command('palette')]);
    registry.add('screen', () => [command('new', { title: 'of the screen' })]);
    expect(registry.list().map(({ id, title }) => [id, title])).toEqual([
      ['new', 'of the screen'],
      ['palette', 'palette'],
    ]);
  });

  it('run as what was drawn last', () => {
    const { done, command, registry } = recorder();
    let drawn = [command('first drawing')];
    registry.add('screen', () => drawn);
    drawn = [command('second drawing')];
    expect([registry.run('first drawing'), registry.run('second drawing')]).toEqual([false, true]);
    expect(done).toEqual(['second drawing']);
  });

  it('can be asked of the screen that one is on the way to, once', () => {
    const { done, command, registry } = recorder();
    registry.add('app', () => [command('new')]);
    registry.runWhenThere('new');
    registry.add('screen', () => [command('other')]);
    expect(done).toEqual([]);
    registry.add('screen', () => [command('new', { title: 'of the screen' })]);
    registry.add('screen', () => [command('new')]);
    expect(done).toEqual(['new']);
  });

  it('are told of to whoever shows them, when a screen comes and when it goes', () => {
    const { command, registry } = recorder();
    const versions: number[] = [];
    const leave = registry.subscribe(() => versions.push(registry.getVersion()));
    const gone = registry.add('screen', () => [command('stop')]);
    gone();
    leave();
    registry.add('screen', () => []);
    expect(versions).toEqual([1, 2]);
  });
});
