import type { Command } from '../../kit/command-registry';

const IN_THE_FIELD = { group: 'While you write', run: null };

/** What the keys do while somebody writes a prompt; the field does it itself. */
export const COMPOSER_KEYS: readonly Command[] = [
  { ...IN_THE_FIELD, id: 'composer.send', title: 'Send, or queue for the next turn', keys: 'Enter' },
  { ...IN_THE_FIELD, id: 'composer.steer', title: 'Steer the running turn', keys: 'alt+Enter' },
  { ...IN_THE_FIELD, id: 'composer.interrupt', title: 'Stop the running turn and send', keys: 'mod+Enter' },
  { ...IN_THE_FIELD, id: 'composer.line', title: 'A new line', keys: 'shift+Enter' },
  { ...IN_THE_FIELD, id: 'composer.history', title: 'What you said before', keys: ['ArrowUp', 'ArrowDown'] },
  { ...IN_THE_FIELD, id: 'composer.leave', title: 'Leave the field', keys: 'Escape' },
];
