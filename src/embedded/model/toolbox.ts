import type { ChatTool } from './chat-request';

/** The jobs that the stand-in has for tools, whatever an agent calls them. */
export type ToolJob =
  'read' | 'grep' | 'glob' | 'edit' | 'write' | 'bash' | 'todo' | 'question' | 'task' | 'screenshot';

export interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
}

export interface Toolbox {
  has: (job: ToolJob) => boolean;
  /** The call in the agent's own spelling. Throws `MissingToolError` when the agent offers no such tool. */
  call: (job: ToolJob, values: Record<string, unknown>) => ToolCall;
}

/** The agent offers no tool for a job; whoever asked for the job explains it to the person. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
  readonly job: ToolJob;

  constructor(job: ToolJob) {
    super(`no tool for ${job}`);
    this.job = job;
  }
}

interface Spelling {
  names: readonly string[];
  arguments: Readonly<Record<string, readonly string[]>>;
}

/** OpenCode's spelling comes first; the others are what its relatives and later versions declare. */
const FILE = ['filePath', 'file_path', 'path', 'file'];

const SPELLINGS: Record<ToolJob, Spelling> = {
  read: { names: ['read', 'read_file', 'view'], arguments: { file: FILE, offset: ['offset'] } },
  grep: { names: ['grep', 'search'], arguments: { pattern: ['pattern', 'regex', 'query'] } },
  glob: { names: ['glob', 'find_files'], arguments: { pattern: ['pattern', 'glob'] } },
  edit: {
    names: ['edit', 'edit_file', 'str_replace'],
    arguments: {
      file: FILE,
      old: ['oldString', 'old_string', 'old_str', 'oldText'],
      new: ['newString', 'new_string', 'new_str', 'newText'],
      all: ['replaceAll', 'replace_all'],
    },
  },
  write: {
    names: ['write', 'write_file', 'create'],
    arguments: { file: FILE, content: ['content', 'contents', 'file_text'] },
  },
  bash: {
    names: ['bash', 'shell', 'run_command'],
    arguments: { command: ['command', 'cmd'], description: ['description'], timeoutMs: ['timeout'] },
  },
  todo: { names: ['todowrite', 'todo_write'], arguments: { todos: ['todos'] } },
  question: { names: ['question', 'ask_user'], arguments: { questions: ['questions'] } },
  screenshot: {
    names: ['screenshot'],
    arguments: { page: ['page'], viewport: ['viewport'], whole: ['wholePage'], waitFor: ['waitFor'] },
  },
  task: {
    names: ['task', 'agent'],
    arguments: { description: ['description'], prompt: ['prompt'], agent: ['subagent_type', 'agent'] },
  },
};

const spellArguments = (tool: ChatTool, spelling: Spelling, values: Record<string, unknown>) => {
  const declared = tool.function.parameters?.properties ?? {};
  return Object.fromEntries(
    Object.entries(spelling.arguments).flatMap(([own, names]) => {
      const name = names.find((candidate) => candidate in declared);
      return name === undefined || values[own] === undefined ? [] : [[name, values[own]]];
    }),
  );
};

/** Reads the tools of a request, so that calls use the names and argument shapes that it declares. */
export const toolboxOf = (tools: readonly ChatTool[]): Toolbox => {
  const find = (job: ToolJob) => {
    const { names } = SPELLINGS[job];
    return tools.find((tool) => names.includes(tool.function.name.toLowerCase()));
  };
  return {
    has: (job) => find(job) !== undefined,
    call: (job, values) => {
      const tool = find(job);
      if (tool === undefined) throw new MissingToolError(job);
      return { name: tool.function.name, arguments: spellArguments(tool, SPELLINGS[job], values) };
    },
  };
};
