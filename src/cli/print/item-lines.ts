import type { ItemOf, ItemType, TimelineItem } from '@/domain/timeline/items';
import type { ArtifactType } from '@/domain/events/collaboration';
import type { Style } from './style';
import { askLines, steerLines } from './speech-lines';
import { visible, visibleLine } from './visible-text';
import { because, duration, LIMIT_WORDS, nameOf, OUTCOME_WORDS, PHASE_WORDS } from './words';

/** What is told about an item that changed: only what was not told before, since lines are never taken back. */
type Formatter<T extends ItemType> = (
  item: ItemOf<T>,
  before: ItemOf<T> | undefined,
  style: Style,
) => string[];

const FORMATTERS = {
  session: (item, before, style) =>
    before
      ? []
      : [
          style.bold(visibleLine(item.title)),
          ...(item.forkedFrom ? [style.dim(`carries on from “${visibleLine(item.forkedFrom.title)}”`)] : []),
          style.dim(
            visibleLine(
              `${item.repository.name} · ${item.baseBranch} → ${item.branch} · ${item.model.label}`,
            ) + (item.model.standIn ? ' (a stand-in: set a model key for a real one)' : ''),
          ),
        ],
  note: (item, before) =>
    before ? [] : [`· ${visibleLine(item.text)}${item.isByActor ? ` by ${nameOf(item.actor)}` : ''}`],
  comment: commentLines,
  artifact: (item, before) =>
    before?.versions === item.versions
      ? []
      : [`▸ ${before ? 'new version of ' : ''}${ARTIFACT_WORDS[item.artifact.type]} ${artifactName(item)}`],
  prompt: promptLines,
  steer: steerLines,
  ask: askLines,
  turn: turnLines,
  text: (item, before) =>
    item.text === null || before?.text === item.text ? [] : visible(item.text).trimEnd().split('\n'),
  reasoning: (item, before, style) =>
    item.text === null || before?.text === item.text
      ? []
      : [style.dim(item.durationMs === null ? '▸ thought' : `▸ thought for ${duration(item.durationMs)}`)],
  tool: toolLines,
  file: (item, before) => (before ? [] : [`▸ file ${visibleLine(item.name)} (${visibleLine(item.mime)})`]),
  todo: (item, before) =>
    before && JSON.stringify(before.todos) === JSON.stringify(item.todos)
      ? []
      : [
          `▸ todo  ${item.todos.map((todo) => `${TODO_MARKS[todo.status]} ${visibleLine(todo.content, 60)}`).join('  ')}`,
        ],
  diff: diffLines,
  sandbox: sandboxLines,
  unknown: (item, before) =>
    before
      ? []
      : [`? an event that this dispatch does not know (${visibleLine(item.was || 'no kind')}): update it`],
} satisfies { [T in ItemType]: Formatter<T> };

const ARTIFACT_WORDS = {
  pull_request: 'pull request',
  screenshot: 'picture',
  video: 'video',
  preview: 'preview',
  file: 'file',
} satisfies Record<ArtifactType, string>;

function artifactName({ artifact: { title, url } }: ItemOf<'artifact'>): string {
  return url === null ? visibleLine(title, 200) : `${visibleLine(title, 200)}  ${visibleLine(url)}`;
}

const TODO_MARKS = { pending: '○', in_progress: '●', completed: '✓', cancelled: '–' } as const;

/** The lines to add now that `item` is what `before` was. */
export function linesOf(item: TimelineItem, before: TimelineItem | undefined, style: Style): string[] {
  // An id belongs to one type for ever, so `before` has the type of `item`, and the record pairs them up.
  const format = FORMATTERS[item.type] as Formatter<ItemType>;
  return format(item, before, style);
}

function promptLines(item: ItemOf<'prompt'>, before: ItemOf<'prompt'> | undefined, style: Style): string[] {
  if (item.status === before?.status && item.attempt === before.attempt) return [];
  const { status } = item;
  const short = visibleLine(item.text, 100);
  if (status === 'waiting')
    return [`· ${before ? 'waits again' : 'waits'}: ${nameOf(item.author)}: ${short}`];
  if (status === 'withdrawn') return [`· withdrawn: ${short}`];
  const asked = item.attempt > (before?.attempt ?? 0) ? askedLines(item, style) : [];
  // With a turn, it is the turn that says how it ended.
  return status === 'running' || item.turnId !== null
    ? asked
    : [`${OUTCOME_WORDS[status]}${because(item.reason)}: ${short}`];
}

function commentLines(
  item: ItemOf<'comment'>,
  before: ItemOf<'comment'> | undefined,
  style: Style,
): string[] {
  const { author, text, on, resolvedBy } = item;
  const place = on === null ? '' : ` on ${visibleLine(on.path, 100)}:${on.line}`;
  if (!before) {
    const head = `${style.bold(nameOf(author))} commented${place}${resolvedBy ? ' (resolved)' : ''}`;
    return [head, ...indent(text)];
  }
  return resolvedBy && !before.resolvedBy
    ? [`· comment${place} resolved by ${nameOf(resolvedBy)}: ${visibleLine(text, 60)}`]
    : [];
}

function askedLines({ author, attempt, text }: ItemOf<'prompt'>, style: Style): string[] {
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  return ['', `${style.bold(nameOf(author))}${again}`, ...indent(text)];
}

function turnLines(item: ItemOf<'turn'>, before: ItemOf<'turn'> | undefined, style: Style): string[] {
  const lines = troubleLines(item, before).map((line) => style.dim(line));
  return before?.outcome === item.outcome ? lines : [...lines, ...endLines(item)];
}

function troubleLines(item: ItemOf<'turn'>, before: ItemOf<'turn'> | undefined): string[] {
  const { isStopRequested, outcome, retrying, compactions } = item;
  const lines: string[] = [];
  if (isStopRequested && !before?.isStopRequested && outcome === null) lines.push('· stopping');
  if (retrying && retrying.attempt !== before?.retrying?.attempt) {
    lines.push(`· the model is asked again (${retrying.attempt}): ${visibleLine(retrying.message)}`);
  }
  if (compactions > (before?.compactions ?? 0)) lines.push('· the conversation was summed up');
  return lines;
}

function endLines({ outcome, reason, steps, startedAt, finishedAt, costUsd }: ItemOf<'turn'>): string[] {
  if (outcome === null) return [];
  const facts = [`${OUTCOME_WORDS[outcome]}${because(reason)}`, steps === 1 ? '1 step' : `${steps} steps`];
  if (startedAt !== null && finishedAt !== null) {
    facts.push(duration(Date.parse(finishedAt) - Date.parse(startedAt)));
  }
  if (costUsd > 0) facts.push(`$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`);
  return [facts.join(' · ')];
}

function toolLines(item: ItemOf<'tool'>, before: ItemOf<'tool'> | undefined, style: Style): string[] {
  if (item.status === 'running' || item.status === before?.status) return [];
  const took = item.durationMs === null ? '' : ` · ${duration(item.durationMs)}`;
  const title = visibleLine(item.title, 100);
  const head = `▸ ${visibleLine(item.tool, 40)}${title === '' ? '' : ` ${title}`}`;
  if (item.status === 'completed') return [style.dim(`${head}${took}`)];
  const tail = visible(item.output ?? '')
    .trimEnd()
    .split('\n')
    .slice(-5);
  return [`${head} · failed${took}`, ...tail.map((line) => `    ${line.slice(0, 200)}`)];
}

function diffLines(item: ItemOf<'diff'>, before: ItemOf<'diff'> | undefined): string[] {
  if (before && JSON.stringify(before.files) === JSON.stringify(item.files)) return [];
  const sum = (of: 'additions' | 'deletions'): number =>
    item.files.reduce((total, file) => total + file[of], 0);
  const names = item.files.slice(0, 6).map(({ path }) => visibleLine(path, 60));
  const more = item.files.length > names.length ? ` and ${item.files.length - names.length} more` : '';
  const count = item.files.length === 1 ? '1 file' : `${item.files.length} files`;
  return [`▸ changed ${count}  +${sum('additions')} −${sum('deletions')}  ${names.join(', ')}${more}`];
}

function sandboxLines(
  item: ItemOf<'sandbox'>,
  before: ItemOf<'sandbox'> | undefined,
  style: Style,
): string[] {
  const phases = item.phases.slice(before?.phases.length ?? 0).map(({ phase, reason }) => {
    if (phase === 'setup' && reason) return `! ${visibleLine(reason.message, 400)}`;
    const line = `· ${PHASE_WORDS[phase]}${because(reason)}`;
    return reason ? line : style.dim(line);
  });
  const log = item.log.slice(before?.log.length ?? 0);
  const isolation =
    item.isolation === 'none' && before?.isolation !== 'none'
      ? ['! this sandbox is a plain process: it is not walled off from the machine that it runs on']
      : [];
  const limits = item.limits.slice(before?.limits.length ?? 0).map((limit) => `! ${LIMIT_WORDS[limit]}`);
  const printed = log === '' ? [] : indent(log).map((line) => style.dim(line));
  return [...phases, ...isolation, ...limits, ...printed];
}

function indent(text: string): string[] {
  return visible(text)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}
