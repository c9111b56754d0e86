/** Anything that Slack would make a mention, a link or a command of becomes plain text. */
export function escapeMrkdwn(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // Written plainly these ping too where a client links names: a word joiner, which nobody sees, parts them.
      .replaceAll(/@(?=(here|channel|everyone)\b)/gi, '@\u2060')
  );
}

const FENCE = /^\s*(```+|~~~+)/;

/** Markdown as agents write it, in Slack's own markup; code stays as it is. */
export function toMrkdwn(markdown: string): string {
  const lines: string[] = [];
  let isCode = false;
  for (const line of markdown.split('\n')) {
    if (FENCE.test(line)) isCode = !isCode;
    if (FENCE.test(line)) lines.push('```');
    // A fence inside of code would end it early.
    else lines.push(isCode ? escapeMrkdwn(line).replaceAll('```', "'''") : inline(line));
  }
  return (isCode ? [...lines, '```'] : lines).join('\n');
}

function inline(line: string): string {
  const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line);
  if (heading) return `*${styled(escapeMrkdwn(heading[1] ?? '').replaceAll('**', ''))}*`;
  const bullet = line.replace(/^(\s*)[-*+]\s+/, '$1• ');
  // Every second piece stands between backticks.
  return escapeMrkdwn(bullet)
    .split('`')
    .map((piece, index, all) => (index % 2 === 1 && index < all.length - 1 ? piece : styled(piece)))
    .join('`');
}

function styled(text: string): string {
  return text
    .replaceAll(/\[([^\]|]+)\]\((https?:\/\/[^\s)|]+)\)/g, '<$2|$1>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '*$1*')
    .replaceAll(/(^|\W)__([^_]+)__(?=\W|$)/g, '$1*$2*')
    .replaceAll(/~~([^~]+)~~/g, '~$1~');
}
