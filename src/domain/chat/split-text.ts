import { cutText } from '../events/text-hygiene';

const FENCE = /^\s*(```+|~~~+)\s*([\w+-]*)/;

/**
 * Cuts Markdown into pieces of at most `length` UTF-16 code units: between paragraphs where it can, else between
 * lines, else within a line; a block of code that is cut is closed and opened again. Together they say all of it.
 */
export function splitText(markdown: string, length: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let fence: string | null = null;
  // What closes a block of code, and what opens it again, has to fit too.
  const room = length - 24;
  const flush = (): void => {
    if (piece.trim() !== '' && piece !== fence) pieces.push(fence === null ? piece : `${piece}\n\`\`\``);
    piece = fence ?? '';
  };
  for (const line of markdown.split('\n')) {
    for (const part of cutLine(line, room)) {
      if (piece.length + part.length + 1 > room) {
        const carried: string = fence === null ? takeTail(piece, room) : '';
        piece = carried === '' ? piece : piece.slice(0, piece.length - carried.length);
        flush();
        piece = carried === '' ? piece : carried;
      }
      piece = piece === '' ? part : `${piece}\n${part}`;
    }
    const marks = FENCE.exec(line);
    if (marks) fence = fence === null ? `\`\`\`${cutText(marks[2] ?? '', 12)}` : null;
  }
  fence = null;
  flush();
  return pieces.map((text) => text.replace(/^\n+|\n+$/g, ''));
}

/** The last paragraph, if cutting before it wastes no more than half of the room. */
function takeTail(piece: string, room: number): string {
  const at = piece.lastIndexOf('\n\n');
  return at > room / 2 ? piece.slice(at) : '';
}

function cutLine(line: string, room: number): string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > room) {
    const part = cutText(rest, room);
    const space = part.lastIndexOf(' ');
    const end = space > room / 2 ? space : part.length;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}
