import { posix } from 'node:path';

import type { ChatMessage, ChatTool } from '@/embedded/model/chat-request';
import type { Move } from '@/embedded/model/next-move';

/** A folder of files for a model to work on, with tools that answer in OpenCode 1.18.33's words. */
export interface InMemoryAgent {
  files: Map<string, string>;
  messages: ChatMessage[];
  /** The shell commands that were run. */
  commands: string[];
  /** Everything that the model said in the last prompt's turn, in order. */
  said: string[];
  /** Runs one prompt to its end and returns the last text. */
  prompt: (text: string) => string;
}

export interface InMemoryAgentOptions {
  files: Readonly<Record<string, string>>;
  /** The text of AGENTS.md as the system prompt would hold it. */
  agentsFile?: string;
  tools?: readonly ChatTool[];
  /** What people answer to questions, in order; nothing when they don't. */
  answers?: readonly string[];
  /** Answers a shell command; without it every command ends well and says nothing. */
  shell?: (command: string, files: Map<string, string>) => { status: number; output: string };
  /** OpenCode's words for a command that a person did not allow. */
  refuse?: (command: string) => string | undefined;
  decide: (messages: readonly ChatMessage[], tools: readonly ChatTool[]) => Move;
}

const ROOT = '/workspace/repo';

const tool = (name: string, properties: readonly string[]): ChatTool => ({
  type: 'function',
  function: {
    name,
    parameters: { properties: Object.fromEntries(properties.map((property) => [property, {}])) },
  },
});

/** The tools and argument names that OpenCode 1.18.33 offers, as far as a coding turn needs them. */
export const OPENCODE_TOOLS: readonly ChatTool[] = [
  tool('bash', ['command', 'timeout', 'workdir']),
  tool('edit', ['filePath', 'oldString', 'newString', 'replaceAll']),
  tool('glob', ['pattern', 'path']),
  tool('grep', ['pattern', 'path', 'include']),
  tool('read', ['filePath', 'offset', 'limit']),
  tool('question', ['questions']),
  tool('task', ['description', 'prompt', 'subagent_type', 'task_id']),
  tool('todowrite', ['todos']),
  tool('write', ['content', 'filePath']),
];

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

type Arguments = Readonly<Record<string, unknown>>;

const text = (values: Arguments, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};

const pathOf = (values: Arguments): string =>
  posix.relative(ROOT, posix.resolve(ROOT, text(values, 'filePath')));

const readDirectory = (files: Map<string, string>): string => {
  const entries = new Set([...files.keys()].map((file) => file.replace(/\/.*/, '/')));
  const rows = [...entries].sort().join('\n');
  return `<path>${ROOT}</path>\n<type>directory</type>\n<entries>\n${rows}\n\n(${String(entries.size)} entries)\n</entries>`;
};

const PAGE_LINES = 2000;

const read = (files: Map<string, string>, values: Arguments): string => {
  const path = pathOf(values);
  if (path === '') return readDirectory(files);
  const content = files.get(path);
  if (content === undefined) return `File not found: ${ROOT}/${path}`;
  const lines = linesOf(content);
  const first = typeof values['offset'] === 'number' ? values['offset'] : 1;
  const page = lines.slice(first - 1, first - 1 + PAGE_LINES);
  const last = first - 1 + page.length;
  const note =
    last < lines.length
      ? `(Showing lines ${String(first)}-${String(last)} of ${String(lines.length)}. Use offset=${String(last + 1)} to continue.)`
      : `(End of file - total ${String(lines.length)} lines)`;
  const rows = page.map(
    (line, index) =>
      `${String(index + first)}: ${line.length > 2000 ? `${line.slice(0, 2000)}... (line truncated to 2000 chars)` : line}`,
  );
  return `<path>${ROOT}/${path}</path>\n<type>file</type>\n<content>\n${rows.join('\n')}\n\n${note}\n</content>`;
};

const SEARCH_LIMIT = 100;

const grep = (files: Map<string, string>, values: Arguments): string => {
  const expression = new RegExp(text(values, 'pattern'));
  const hits = [...files].flatMap(([file, content]) =>
    linesOf(content).flatMap((line, index) =>
      expression.test(line) ? [{ file, line, number: index + 1 }] : [],
    ),
  );
  if (hits.length === 0) return 'No files found';
  const shown = hits.slice(0, SEARCH_LIMIT);
  const groups = Map.groupBy(shown, (hit) => hit.file);
  const rows = [...groups].map(([file, own]) =>
    [`${ROOT}/${file}:`, ...own.map((hit) => `  Line ${String(hit.number)}: ${hit.line}`)].join('\n'),
  );
  const more = hits.length > SEARCH_LIMIT ? ' (more matches available)' : '';
  return `Found ${String(shown.length)} matches${more}\n${rows.join('\n\n')}`;
};

const globExpression = (pattern: string): RegExp => {
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, String.raw`\$&`)
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replaceAll('**/', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '(?:.*/)?');
  return new RegExp(`^${source}$`);
};

const glob = (files: Map<string, string>, values: Arguments): string => {
  const pattern = text(values, 'pattern');
  const expression = globExpression(pattern);
  const found = [...files.keys()].filter((file) => expression.test(file));
  return found.length === 0 ? 'No files found' : found.map((file) => `${ROOT}/${file}`).join('\n');
};

const edit = (files: Map<string, string>, values: Arguments): string => {
  const path = pathOf(values);
  const content = files.get(path);
  const [before, after] = [text(values, 'oldString'), text(values, 'newString')];
  if (content === undefined) return `File ${path} not found`;
  if (before === '' || before === after) return 'No changes to apply: oldString and newString are identical.';
  const parts = content.split(before);
  if (parts.length === 1) return 'Could not find oldString in the file.';
  if (parts.length > 2 && values['replaceAll'] !== true) return 'Found multiple matches for oldString.';
  files.set(path, parts.join(after));
  return 'Edit applied successfully.';
};

const write = (files: Map<string, string>, values: Arguments): string => {
  files.set(pathOf(values), text(values, 'content'));
  return 'Wrote file successfully.';
};

type Tool = (files: Map<string, string>, values: Arguments) => string;

const shellOf = (options: InMemoryAgentOptions, commands: string[]): Tool => {
  return (files, values) => {
    const command = text(values, 'command');
    const plain = command.replace(
      /; echo "\[exit status: \$\?\]"$|^\(\n|\n\)\necho "\[exit status: \$\?\]"$/g,
      '',
    );
    commands.push(plain);
    const refusal = options.refuse?.(plain);
    if (refusal !== undefined) return refusal;
    const { status, output } = options.shell?.(plain, files) ?? { status: 0, output: '' };
    return `${output}\n[exit status: ${String(status)}]\n`;
  };
};

const peopleOf = (options: InMemoryAgentOptions): Tool => {
  const answers = [...(options.answers ?? [])];
  return () => {
    const answer = answers.shift();
    return answer === undefined
      ? 'The user dismissed this question'
      : `User has answered your questions: "?"="${answer}". You can now continue with the user's answers in mind.`;
  };
};

/** A helper works on a copy: what it changes is not what such a test is about. */
const helperOf = (options: InMemoryAgentOptions): Tool => {
  return (files, values) => {
    const result = inMemoryAgent({ ...options, files: Object.fromEntries(files) }).prompt(
      text(values, 'prompt'),
    );
    return `<task id="ses_1" state="completed">\n<task_result>\n${result}\n</task_result>\n</task>`;
  };
};

/** Gives a model a folder to work on, without processes or disk, for tests of what a model decides. */
export const inMemoryAgent = (options: InMemoryAgentOptions): InMemoryAgent => {
  const files = new Map(Object.entries(options.files));
  const tools = options.tools ?? OPENCODE_TOOLS;
  const commands: string[] = [];
  const run: Readonly<Record<string, Tool>> = {
    ...{ read, grep, glob, edit, write, todowrite: () => '[]' },
    ...{ bash: shellOf(options, commands), question: peopleOf(options), task: helperOf(options) },
  };
  const system = `<env>\n  Working directory: ${ROOT}\n</env>\n${
    options.agentsFile === undefined ? '' : `Instructions from: ${ROOT}/AGENTS.md\n${options.agentsFile}`
  }`;
  const agent: InMemoryAgent = {
    files,
    commands,
    messages: [{ role: 'system', content: system }],
    said: [],
    prompt,
  };

  function prompt(request: string): string {
    agent.messages.push({ role: 'user', content: request });
    agent.said = [];
    for (let step = 0; step < 500; step += 1) {
      const move = options.decide(agent.messages, tools);
      agent.said.push(move.text);
      const calls = move.toolCalls.map((call, index) => ({
        id: `call_${String(agent.messages.length)}_${String(index)}`,
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
      }));
      agent.messages.push({
        role: 'assistant',
        content: move.text,
        ...(calls.length > 0 && { tool_calls: calls }),
      });
      if (move.finish === 'stop') return move.text;
      for (const call of move.toolCalls) {
        const output = run[call.name]?.(files, call.arguments) ?? `Unknown tool ${call.name}`;
        agent.messages.push({ role: 'tool', content: output });
      }
    }
    throw new Error('The model did not come to an end in 500 steps.');
  }
  return agent;
};
