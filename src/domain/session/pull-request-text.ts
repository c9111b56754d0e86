import { cutText } from '../events/text-hygiene';

/** A turn that changed something: who asked for it, what they said, and what came of it. */
export interface PublishedTurn {
  people: readonly { name: string }[];
  prompt: string;
  files: readonly { path: string; additions: number; deletions: number }[];
}

interface PublishedSession {
  title: string;
  url: string;
  turns: readonly PublishedTurn[];
  /** Names of pictures that the session made. */
  pictures: readonly string[];
}

const MAX_TURNS = 50;
const MAX_FILES = 100;

/** What a pull request says of the session that it is from: what was asked by whom, and who asked for which file. Markdown. */
export function pullRequestBody({ title, url, turns, pictures }: PublishedSession): string {
  const shown = turns.slice(-MAX_TURNS);
  const asked = shown.map(({ people, prompt }) => `- **${namesOf(people)}**: ${lineOf(prompt)}`);
  if (shown.length < turns.length) asked.unshift(`- ${turns.length - shown.length} earlier turns`);
  const byFile = filesOf(turns);
  const rows = [...byFile].slice(0, MAX_FILES).map(([path, of]) => {
    return `| \`${plain(path).replaceAll('|', '\\|')}\` | +${of.additions} −${of.deletions} | ${[...of.names].join(', ')} |`;
  });
  if (byFile.size > MAX_FILES) rows.push(`| ${byFile.size - MAX_FILES} more files | | |`);
  const parts = [`## What was asked\n\n${asked.join('\n')}`];
  parts.push(`## What changed\n\n| File | Lines | Asked for by |\n| --- | --- | --- |\n${rows.join('\n')}`);
  if (pictures.length > 0) {
    parts.push(
      `## Pictures\n\n${pictures.map((name) => `- ${plain(name)}`).join('\n')}\n\nThey are in the session.`,
    );
  }
  parts.push(`From the Dispatch session [${plain(title).replaceAll(/[[\]]/g, '')}](${url}).`);
  return parts.join('\n\n');
}

interface OfFile {
  additions: number;
  deletions: number;
  names: Set<string>;
}

function filesOf(turns: readonly PublishedTurn[]): Map<string, OfFile> {
  const files = new Map<string, OfFile>();
  for (const { people, files: changed } of turns) {
    for (const { path, additions, deletions } of changed) {
      const known = files.get(path) ?? { additions: 0, deletions: 0, names: new Set<string>() };
      files.set(path, {
        ...{ additions: known.additions + additions, deletions: known.deletions + deletions },
        names: new Set([...known.names, namesOf(people)]),
      });
    }
  }
  return files;
}

function namesOf(people: PublishedTurn['people']): string {
  return people.length === 0 ? 'somebody' : people.map(({ name }) => plain(name)).join(' and ');
}

function lineOf(prompt: string): string {
  const line = plain(prompt.replaceAll(/\s+/g, ' ').trim());
  return line.length <= 160 ? line : `${cutText(line, 159).trimEnd()}…`;
}

/** Text of people's as text: it mentions nobody, closes no issue and is no markup. */
function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, ' ')
    .replaceAll('<', '&lt;')
    .replaceAll(/[@#]/g, '$&\u200B')
    .replaceAll('`', "'");
}
