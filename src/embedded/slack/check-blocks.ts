const TYPES = new Set([
  'section',
  'context',
  'actions',
  'input',
  'divider',
  'header',
  'image',
  'markdown',
  'rich_text',
]);
const MAX_BLOCKS = 50;
const MAX_TEXT = 3_000;
const MAX_BUTTON_TEXT = 75;
const MAX_VALUE = 2_000;
const MAX_ACTION_ID = 255;
const MAX_ELEMENTS = 25;
const MAX_OPTIONS = 100;

type Json = Record<string, unknown>;

/** Why Slack would refuse these blocks; null for good ones. It checks what emulate does not. */
export function troubleOfBlocks(blocks: unknown): string | null {
  if (blocks === undefined) return null;
  if (!Array.isArray(blocks)) return 'blocks is no array';
  if (blocks.length > MAX_BLOCKS) return `more than ${MAX_BLOCKS} blocks`;
  for (const [index, block] of blocks.entries()) {
    const trouble = troubleOf(asJson(block));
    if (trouble !== null) return `block ${index}: ${trouble}`;
  }
  return null;
}

function troubleOf(block: Json): string | null {
  if (!TYPES.has(String(block['type']))) return `unknown type ${String(block['type'])}`;
  if (block['type'] === 'section') {
    const { length } = textOf(block['text']);
    if (length === 0 || length > MAX_TEXT) return `a section of ${length} characters`;
  }
  const elements = Array.isArray(block['elements']) ? block['elements'].map(asJson) : [];
  if (elements.length > MAX_ELEMENTS) return `${elements.length} elements`;
  if (block['type'] === 'actions' && elements.length === 0) return 'no elements';
  for (const element of [...elements, asJson(block['accessory']), asJson(block['element'])]) {
    const trouble = troubleOfElement(element);
    if (trouble !== null) return trouble;
  }
  return null;
}

function troubleOfElement(element: Json): string | null {
  if (element['type'] === 'mrkdwn') {
    const { length } = textOf(element);
    return length === 0 || length > MAX_TEXT ? `a context of ${length} characters` : null;
  }
  if (lengthOf(element['action_id']) > MAX_ACTION_ID) return 'an action_id that is too long';
  if (lengthOf(element['value']) > MAX_VALUE) return 'a value that is too long';
  const { length } = textOf(element['text']);
  const isLabelled = length > 0 && length <= MAX_BUTTON_TEXT;
  if (element['type'] === 'button' && !isLabelled) return `a button of ${length} characters`;
  const options = element['options'];
  const isFilled = !Array.isArray(options) || (options.length > 0 && options.length <= MAX_OPTIONS);
  return isFilled ? null : 'no options, or too many';
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

function textOf(value: unknown): string {
  const text = asJson(value)['text'];
  return typeof text === 'string' ? text : '';
}

function asJson(value: unknown): Json {
  // Any object of JSON.
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
