import { describe, expect, it } from 'vitest';
import { createSealer } from './seal';

const old = createSealer('k1:an-old-secret-of-tests');
const both = createSealer('k2:a-new-secret-of-tests,k1:an-old-secret-of-tests');

describe('what is sealed', () => {
  it('opens under its context alone, and looks different each time', () => {
    const sealed = old.seal('xoxb-1', 'slack:T1');
    expect(sealed).not.toContain('xoxb');
    expect(old.seal('xoxb-1', 'slack:T1')).not.toBe(sealed);
    expect(old.open(sealed, 'slack:T1')).toEqual({ text: 'xoxb-1', isOld: false });
    expect(() => old.open(sealed, 'slack:T2')).toThrow('can’t be opened');
    expect(() => old.open(`${sealed.slice(0, -2)}AA`, 'slack:T1')).toThrow('can’t be opened');
  });

  it('by a key that was replaced opens still, and says that it is old; without the key it does not', () => {
    const sealed = old.seal('xoxb-1', 'slack:T1');
    expect(both.open(sealed, 'slack:T1')).toEqual({ text: 'xoxb-1', isOld: true });
    expect(() => old.open(both.seal('xoxb-1', 'slack:T1'), 'slack:T1')).toThrow('can’t be opened');
  });
});
