import type { PlayedSession } from '../stage/played-session';
import { PlayedTurn } from '../stage/played-turn';
import { DARK_MODE_FILES, DARK_MODE_PATCH } from './dark-mode-patch';

/** What was asked in the session that most pictures show. */
export const DARK_MODE_PROMPT = 'Add a dark mode toggle to the settings page, and keep what somebody chose.';

const SUMMARY = `The toggle is on the settings page, below the language, and what somebody chooses is kept in
\`localStorage\` under \`theme\`. Until they choose, the page follows the system.

- \`useTheme\` reads and keeps the choice
- \`settings.tsx\` shows the toggle, with a label for screen readers
- \`theme.css\` has the dark values of each token

\`\`\`ts
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => readTheme() ?? 'system');
  return [theme, (next) => keep(next, setTheme)];
}
\`\`\`

All 12 tests pass. I did not touch the sign-in page: it has colours of its own.
`;

/** The looking around before the first change: a thought, some reading, a search and a todo list. */
export function lookAround(turn: PlayedTurn): void {
  turn.beginStep();
  turn.think(
    'The settings page has a list of choices. A toggle belongs there; its value has to survive a reload, and the page must not flash.',
    4_100,
  );
  turn.tool({
    ...{ tool: 'glob', title: 'src/**/*.tsx', input: { pattern: 'src/**/*.tsx' } },
    output: 'src/pages/settings.tsx\nsrc/pages/cart.tsx\nsrc/app.tsx',
  });
  for (const path of ['src/pages/settings.tsx', 'src/styles/theme.css', 'src/hooks/use-locale.ts']) {
    turn.tool({
      ...{ tool: 'read', title: path, input: { filePath: path } },
      output: '1: // the file as it was\n2: export {};',
    });
  }
  turn.todo([
    { content: 'Find how the page keeps its other choices', status: 'completed' },
    { content: 'Write useTheme with a test', status: 'in_progress' },
    { content: 'Put the toggle on the settings page', status: 'pending' },
    { content: 'Dark values for every token', status: 'pending' },
  ]);
}

/** The work itself: edits, a run of the tests that fails, the mend, and one that passes. */
export function changeThings(turn: PlayedTurn): void {
  const paths = DARK_MODE_FILES.map(({ path }) => path);
  for (const path of paths) {
    turn.tool({
      ...{ tool: 'edit', title: path, input: { filePath: path, oldString: 'light', newString: 'theme' } },
      output: 'Edit applied successfully.',
    });
  }
  const command = 'npm test';
  const test = { tool: 'bash', title: command, input: { command } };
  turn.tool({
    ...{ ...test, isFailed: true, durationMs: 2_900 },
    output:
      'not ok 7 - keeps the choice over a reload\n  expected: "dark"\n  actual: null\n# pass 11\n# fail 1\n',
  });
  turn.text('The choice was written before the storage was read. I read it first now.');
  turn.tool({ ...{ ...test, durationMs: 3_100 }, output: '# tests 12\n# pass 12\n# fail 0\n' });
}

/** The whole turn, to its end, with the change that it made. */
export async function tellDarkMode(session: PlayedSession): Promise<void> {
  await session.start();
  const turn = await PlayedTurn.of(session);
  lookAround(turn);
  changeThings(turn);
  turn.text(SUMMARY);
  turn.endStep(0.41);
  await turn.diff(DARK_MODE_PATCH, DARK_MODE_FILES);
  await turn.finish('completed');
  await session.spread(72);
}
