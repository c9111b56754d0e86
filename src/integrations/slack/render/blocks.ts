import { cutText } from '@/domain/events/text-hygiene';
import { escapeMrkdwn } from './mrkdwn';

/** A block of Block Kit, as JSON. */
export type Block = Record<string, unknown>;

/** What Slack takes in one text of a section. */
const MAX_SECTION = 3_000;
const MAX_BUTTON = 75;
const MAX_OPTIONS = 100;

/** The prefix of the names of everything that can be pressed in a message of ours. */
export const ACTION = 'dispatch:';

/** A text in Slack's markup, which its caller has escaped. */
export function section(mrkdwn: string, extra: object = {}): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: cutText(mrkdwn, MAX_SECTION) }, ...extra };
}

export function context(mrkdwn: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: cutText(mrkdwn, MAX_SECTION) }] };
}

export function plain(text: string, length = MAX_BUTTON): object {
  const shown = text.trim() === '' ? '…' : text;
  const cut = shown.length > length ? `${cutText(shown, length - 1)}…` : shown;
  return { type: 'plain_text', text: cut, emoji: false };
}

export interface Button {
  text: string;
  /** What it does, or nothing for one that only leads somewhere. */
  action: string;
  value?: object;
  url?: string;
  style?: 'primary' | 'danger';
}

export function button({ text, action, value, url, style }: Button): Block {
  return {
    ...{ type: 'button', text: plain(text), action_id: ACTION + action },
    ...(value && { value: JSON.stringify(value) }),
    ...(url !== undefined && { url }),
    ...(style && { style }),
  };
}

export function actions(elements: Block[], blockId?: string): Block[] {
  const named = blockId === undefined ? {} : { block_id: blockId };
  return elements.length === 0 ? [] : [{ type: 'actions', elements, ...named }];
}

function option(text: string, value: string): object {
  return { text: plain(text), value };
}

export function options(all: readonly { text: string; value: string }[]): object[] {
  return all.slice(0, MAX_OPTIONS).map(({ text, value }) => option(text, value));
}

/** A name that people chose, between asterisks. */
export function bold(text: string): string {
  const flat = escapeMrkdwn(text).replaceAll(/\s+/g, ' ').replaceAll('*', '∗').trim();
  return flat === '' ? '' : `*${flat}*`;
}
