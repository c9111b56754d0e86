import { splitText } from '@/domain/chat/split-text';
import { type Block, section } from './blocks';
import { toMrkdwn } from './mrkdwn';

const MAX_SECTION = 3_000;

/** Markdown as sections that each fit after escaping, which makes text longer. Nothing is left out. */
export function markdownSections(markdown: string, length = 2_800): Block[] {
  return splitText(markdown, length).flatMap((piece) => {
    const mrkdwn = toMrkdwn(piece);
    if (mrkdwn.length <= MAX_SECTION || length <= 200) return [section(mrkdwn)];
    return markdownSections(piece, Math.ceil(length / 2));
  });
}
