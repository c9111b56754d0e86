/**
 * What somebody wrote, freed of Slack's markup: links as they were typed, channels by their names, our own mention left
 * out. Mentions of others stay as Slack writes them.
 */
export function readText(text: string, botUserId: string | null): string {
  const spoken =
    botUserId === null ? text : text.replaceAll(new RegExp(`<@${botUserId}(\\|[^>]*)?>`, 'g'), ' ');
  return spoken
    .replaceAll(/<#\w+\|([^>]*)>/g, '#$1')
    .replaceAll(/<(?:https?|mailto):[^>|]+\|([^>]+)>/g, (whole: string, label: string) => {
      const url = whole.slice(1, whole.indexOf('|'));
      return url.endsWith(label) ? label : `${label} (${url})`;
    })
    .replaceAll(/<((?:https?|mailto):[^>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/^[ \t]+|[ \t]+$/g, '')
    .trim();
}
