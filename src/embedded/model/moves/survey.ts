import { PATTERNS } from '../instruction';
import { parseGlob } from '../tool-output';
import { openFile } from './files';
import { shownPath, use, type Desk, type Work } from './desk';
import { findTestCommand, listRoot } from './run-commands';

const README = /^readme(?:\.(?:md|txt|rst))?$/i;

/** The patterns as a block that people can copy from; its pointed brackets are no markup. */
export const patternList = (): string => ['What I understand:', '', '```', ...PATTERNS, '```'].join('\n');

interface Opening {
  title: string | undefined;
  paragraph: string | undefined;
}

const openingOf = (lines: readonly string[]): Opening => {
  const title = lines.find((line) => /^#\s/.test(line))?.replace(/^#\s+/, '');
  const start = lines.findIndex((line) => /^[A-Za-z]/.test(line));
  if (start < 0) return { title, paragraph: undefined };
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => line.trim() === '');
  return {
    title,
    paragraph: rest
      .slice(0, end < 0 ? 4 : Math.min(end, 4))
      .join(' ')
      .slice(0, 400),
  };
};

function* readOpening(desk: Desk, entries: readonly string[]): Work<Opening> {
  const name = entries.find((entry) => README.test(entry));
  if (name === undefined) return { title: undefined, paragraph: undefined };
  const opened = yield* openFile(desk, name, `I read \`${name}\`.`);
  return openingOf(opened.kind === 'open' ? opened.file.lines : []);
}

/** Looks around in the repository and says what is there and which requests are understood. */
export function* survey(desk: Desk): Work<string> {
  const entries = yield* listRoot(desk, 'No pattern of mine fits that request, so I look around instead.');
  const text = 'I list the files.';
  const listing = parseGlob(yield* use(desk, 'glob', { values: { pattern: '**/*' }, text }));
  const opening = yield* readOpening(desk, entries);
  const command = yield* findTestCommand(desk, entries);
  const files = listing.files.map((file) => shownPath(desk, file));
  const amount = listing.hasMore ? `more than ${String(files.length)}` : String(files.length);
  const shown = files.slice(0, 15).map((file) => `\`${file}\``);
  return [
    'No pattern of mine fits that request, so I changed nothing.',
    '',
    `**This repository**${opening.title === undefined ? '' : `: ${opening.title}`}`,
    '',
    ...(opening.paragraph === undefined ? [] : [`- ${opening.paragraph}`]),
    `- Files: ${amount}${shown.length === 0 ? '' : `, such as ${shown.join(', ')}`}.`,
    `- Tests: ${command === undefined ? 'I found no command for them' : `\`${command}\``}.`,
    '',
    patternList(),
  ].join('\n');
}
