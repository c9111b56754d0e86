/**
 * A key as commands name it: a character (`j`, `?`, `[`) or a named key (`Enter`, `Escape`), with the modifiers that
 * it wants before it. `mod` is ⌘ on a Mac and Ctrl elsewhere, as in `mod+k`; `alt` and `shift` are what they say.
 */
export type Key = string;

interface Chord {
  key: string;
  mod: boolean;
  alt: boolean;
  shift: boolean;
}

/** The part of a keyboard event that says which key it was. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'getModifierState'
>;

const MODIFIERS = /^(mod|alt|shift)\+(?=.)/;

function chordOf(name: Key): Chord {
  const chord: Chord = { key: name, mod: false, alt: false, shift: false };
  for (let found = MODIFIERS.exec(chord.key); found; found = MODIFIERS.exec(chord.key)) {
    // The expression matches these three words only.
    chord[found[1] as 'mod' | 'alt' | 'shift'] = true;
    chord.key = chord.key.slice(found[0].length);
  }
  return chord;
}

/** Letters have one key; signs are written with whatever modifiers a layout needs for them. */
const isLetter = (key: string) => /^[a-z]$/.test(key);
const isSign = (key: string) => key.length === 1 && !isLetter(key);

/** Whether this key was pressed, with the modifiers that it names and no other. */
export function isPressed(name: Key, press: KeyPress, isMac: boolean): boolean {
  const chord = chordOf(name);
  if (!isSameKey(chord.key, press)) return false;
  if (isSign(chord.key) && !chord.mod) return isWritten(press, isMac);
  const [main, other] = isMac ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  return main === chord.mod && !other && press.altKey === chord.alt && press.shiftKey === chord.shift;
}

/**
 * Whether a sign came of writing and not of a command. The third level of a layout is written with AltGr, which some
 * systems report as Ctrl and Alt, or with Alt on a Mac; shift is how many signs are written everywhere.
 */
function isWritten(press: KeyPress, isMac: boolean): boolean {
  if (press.metaKey) return false;
  return press.getModifierState('AltGraph') || (!press.ctrlKey && (isMac || !press.altKey));
}

function isSameKey(key: string, press: KeyPress): boolean {
  if (!isLetter(key)) return press.key === key;
  // Caps lock makes a capital without a modifier; where letters are not Latin, the place of the key counts.
  if (/^[\u0020-\u007e]$/.test(press.key)) return press.key.toLowerCase() === key;
  return press.code === `Key${key.toUpperCase()}`;
}

const NAMES: Record<string, string> = {
  Enter: '↵',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': 'Space',
};

/** What is printed on the keys, one word for each: `⌘ K` on a Mac, `Ctrl K` elsewhere, `c` for a single one. */
export function keyCaps(name: Key, isMac: boolean): string[] {
  const { key, mod, alt, shift } = chordOf(name);
  const caps: string[] = [];
  if (mod) caps.push(isMac ? '⌘' : 'Ctrl');
  if (alt) caps.push(isMac ? '⌥' : 'Alt');
  if (shift) caps.push(isMac ? '⇧' : 'Shift');
  return [...caps, NAMES[key] ?? (caps.length > 0 ? key.toUpperCase() : key)];
}
