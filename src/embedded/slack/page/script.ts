/** The page's program, as plain JavaScript. Text of messages reaches the page as text nodes only. */
export const SCRIPT = String.raw`
const $ = (id) => document.getElementById(id);
const at = { user: localStorage.user || 'ada', channel: 'C0ENG', thread: null };
let state = { users: [], channels: [], messages: [], deliveries: [] };
const drafts = {};

const post = async (what, body) => {
  const response = await fetch('/_sim/' + what, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: at.user, channel: at.channel, ...body }),
  });
  const answer = await response.json();
  await refresh();
  return answer;
};

const make = (tag, given = {}, ...children) => {
  const { className, ...rest } = given;
  const element = Object.assign(document.createElement(tag), rest);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const EMOJI = { rocket: '🚀', white_check_mark: '✅', x: '❌', hourglass_flowing_sand: '⏳', hourglass: '⌛', wave: '👋', lock: '🔒',
  question: '❓', speech_balloon: '💬', file_folder: '📁', warning: '⚠️', black_square_for_stop: '⏹️', alarm_clock: '⏰', package: '📦', paperclip: '📎',
  arrow_forward: '▶️', ballot_box_with_check: '☑️', white_small_square: '▫️', heavy_minus_sign: '➖', small_red_triangle: '🔺' };
const emoji = (text) => text.replace(/:([a-z_]+):/g, (whole, name) => EMOJI[name] || whole);
const nameOf = (id) => (state.users.find((user) => user.id === id) || {}).real_name || id;

/* Slack's markup, as far as we write it: links, mentions, bold, code. */
const mrkdwn = (text) => {
  const out = document.createDocumentFragment();
  const parts = emoji(text).split(/(\x60\x60\x60[\s\S]*?\x60\x60\x60|\x60[^\x60\n]+\x60|<[^>]+>|\*[^*\n]+\*)/);
  for (const part of parts) {
    if (part.startsWith('\x60\x60\x60') && part.length > 6) out.append(make('pre', {}, plain(part.slice(3, -3))));
    else if (part.startsWith('\x60') && part.length > 2) out.append(make('code', {}, plain(part.slice(1, -1))));
    else if (/^<https?:/.test(part)) {
      const [href, label] = part.slice(1, -1).split('|');
      out.append(make('a', { href: plain(href), target: '_blank', rel: 'noreferrer' }, plain(label || href)));
    } else if (/^<@/.test(part)) out.append(make('b', {}, '@' + nameOf(part.slice(2, -1))));
    else if (/^<!/.test(part)) out.append(make('mark', {}, part));
    else if (/^\*.+\*$/.test(part)) out.append(make('b', {}, plain(part.slice(1, -1))));
    else out.append(plain(part));
  }
  return out;
};

/* What the fields of a message hold, as Slack reports it with a press. */
const valuesOf = (message) => {
  const values = {};
  for (const block of message.blocks || []) {
    if (block.type !== 'input') continue;
    const held = drafts[message.ts + block.block_id];
    const { action_id, type } = block.element;
    const option = (value) => ({ value });
    values[block.block_id] = { [action_id]:
      type === 'plain_text_input' ? { type, value: held || null }
      : type === 'multi_static_select' ? { type, selected_options: (held || []).map(option) }
      : { type, selected_option: held ? option(held) : null } };
  }
  return values;
};

const press = (message, block, element, more) =>
  post('action', { ts: message.ts, actionId: element.action_id, blockId: block.block_id, value: element.value, state: valuesOf(message), ...more });

const external = (message, block, element) => {
  const select = make('select', { ariaLabel: element.placeholder.text }, make('option', { value: '' }, element.placeholder.text));
  select.dataset.action = element.action_id;
  select.onfocus = async () => {
    if (select.dataset.loaded) return;
    select.dataset.loaded = 'yes';
    const response = await fetch('/_sim/options', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: at.user, channel: at.channel, ts: message.ts, actionId: element.action_id, value: '' }) });
    const { text } = await response.json();
    for (const { value, text: label } of JSON.parse(text || '{"options":[]}').options) select.append(make('option', { value }, label.text));
  };
  select.onchange = () => select.value && press(message, block, element, { selected: select.value });
  return select;
};

const element = (message, block, given) => {
  if (given.type === 'external_select') return external(message, block, given);
  if (given.type !== 'button') return make('span', {}, given.type);
  const look = { className: given.style || '' };
  if (given.url) return make('a', { ...look, href: given.url, target: '_blank', rel: 'noreferrer' }, given.text.text);
  return make('button', { ...look, type: 'button', onclick: () => press(message, block, given) }, given.text.text);
};

const field = (message, block) => {
  const key = message.ts + block.block_id;
  const { element: given, label } = block;
  let input;
  if (given.type === 'plain_text_input') {
    input = make('input', { value: drafts[key] || '' });
    input.oninput = () => { drafts[key] = input.value; };
  } else {
    const multiple = given.type === 'multi_static_select';
    input = make('select', { multiple }, ...(multiple ? [] : [make('option', { value: '' }, '…')]),
      ...given.options.map(({ value, text }) => make('option', { value }, text.text)));
    for (const option of input.options) option.selected = [].concat(drafts[key] || []).includes(option.value);
    input.onchange = () => { drafts[key] = multiple ? [...input.selectedOptions].map(({ value }) => value) : input.value; };
  }
  return make('label', {}, label.text + ' ', input);
};

const showBlock = (message, block) => {
  if (block.type === 'section') {
    return make('div', {}, mrkdwn(block.text.text),
      block.accessory ? make('span', { className: 'actions' }, element(message, block, block.accessory)) : null);
  }
  if (block.type === 'context') return make('div', { className: 'context' }, ...block.elements.map((one) => mrkdwn(one.text)));
  if (block.type === 'actions') return make('div', { className: 'actions' }, ...block.elements.map((one) => element(message, block, one)));
  if (block.type === 'input') return make('div', {}, field(message, block));
  return make('div', {}, JSON.stringify(block));
};

const showMessage = (message, inThread) => {
  const time = new Date(Number(message.ts) * 1000).toLocaleTimeString();
  const body = message.blocks ? message.blocks.map((block) => showBlock(message, block)) : [make('div', {}, mrkdwn(message.text))];
  const files = (message.files || []).map((file) => make('div', {}, make('a', { href: file.url_private, target: '_blank' }, '📎 ' + file.title)));
  const open = inThread || message.isPrivate ? null : make('button', { type: 'button', className: 'open-thread',
    onclick: () => { at.thread = message.ts; show(); } }, (message.reply_count || 0) + ' replies');
  return make('div', { className: 'message' + (message.isPrivate ? ' private' : '') },
    make('div', {}, make('span', { className: 'name' }, nameOf(message.user)), ' ', make('span', { className: 'time' }, time + (message.isPrivate ? ' · only you see this' : ''))),
    ...body, ...files, open ? make('div', { className: 'actions' }, open) : null);
};

const fill = (id, messages, inThread) => {
  const list = $(id);
  const wanted = JSON.stringify([messages, state.users.length, at]);
  if (list.dataset.shown === wanted || (list.contains(document.activeElement) && ['INPUT', 'SELECT'].includes(document.activeElement.tagName))) return;
  list.dataset.shown = wanted;
  list.replaceChildren(...messages.map((message) => showMessage(message, inThread)));
  list.scrollTop = list.scrollHeight;
};

const show = () => {
  if ($('user').options.length === 0) {
    $('user').append(...state.users.filter((user) => !user.is_bot).map((user) => make('option', { value: user.name }, user.real_name)));
    $('user').value = at.user;
  }
  $('channels').replaceChildren(...state.channels.map((channel) => make('button', {
    type: 'button', ariaPressed: String(channel.id === at.channel),
    onclick: () => { at.channel = channel.id; at.thread = null; show(); } }, '# ' + channel.title)));
  $('channel').textContent = '# ' + ((state.channels.find(({ id }) => id === at.channel) || {}).title || '');
  const here = state.messages.filter((message) => message.channel_id === at.channel);
  fill('messages', here.filter((message) => !message.thread_ts || message.thread_ts === message.ts), false);
  fill('thread', here.filter((message) => at.thread && (message.ts === at.thread || message.thread_ts === at.thread)), true);
  const last = state.deliveries.at(-1);
  $('trouble').textContent = last && last.status !== 200 ? 'Dispatch did not take the last ' + last.kind + ': ' + (last.status || last.text) : '';
};

async function refresh() {
  try {
    state = await (await fetch('/_sim/state?user=' + encodeURIComponent(at.user))).json();
    show();
  } catch { $('trouble').textContent = 'The emulated Slack does not answer.'; }
}

$('user').onchange = () => { at.user = localStorage.user = $('user').value; refresh(); };
const sending = (form, threadTs) => async (event) => {
  event.preventDefault();
  const text = form.text.value.trim();
  if (text === '') return;
  form.text.value = '';
  const slash = /^\/dispatch\b\s*/.exec(text);
  if (slash && !threadTs()) await post('command', { text: text.slice(slash[0].length) });
  else {
    const { ts } = await post('message', { text, ...(threadTs() ? { threadTs: threadTs() } : {}) });
    if (!threadTs() && /@dispatch\b/i.test(text)) at.thread = ts;
  }
  await refresh();
};
for (const [id, thread] of [['say', () => null], ['reply', () => at.thread]]) {
  const form = $(id);
  form.onsubmit = sending(form, thread);
  form.text.onkeydown = (event) => { if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); } };
}
refresh();
setInterval(refresh, 1000);
`;
