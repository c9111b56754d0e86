import { describe, expect, it } from 'vitest';

import { inMemoryAgent, OPENCODE_TOOLS, type InMemoryAgentOptions } from '@/testing/in-memory-agent';

import { nextMove, NOTICE } from './next-move';

const agentOn = (
  files: Readonly<Record<string, string>>,
  options: Partial<Omit<InMemoryAgentOptions, 'files' | 'decide'>> = {},
) => inMemoryAgent({ files, decide: nextMove, ...options });

describe('with people', () => {
  it('asks, and goes on with the answer', () => {
    const agent = agentOn({}, { answers: ['Blue'] });
    const text = agent.prompt('ask me red or blue, then create colour.txt with: {answer} it is');
    expect(agent.files.get('colour.txt')).toBe('Blue it is\n');
    expect(text).toContain('You chose **Blue**.');
  });

  it('goes on without an answer, and says so', () => {
    const agent = agentOn({});
    expect(agent.prompt('ask me red or blue; create a.txt with: a')).toContain('You gave no answer');
    expect(agent.files.get('a.txt')).toBe('a\n');
  });

  it.each([
    [
      'The user rejected permission to use this specific tool call.',
      'You did not allow `git push origin HEAD`',
    ],
    [
      'The user rejected permission to use this specific tool call with the following feedback: not on Fridays',
      'You did not allow `git push origin HEAD`: not on Fridays',
    ],
  ])('takes a no: %s', (refusal, answer) => {
    const refuse = (command: string) => (command.includes('git push') ? refusal : undefined);
    expect(agentOn({}, { refuse }).prompt('push it')).toContain(answer);
  });

  it('gives a task to a helper, which does not introduce itself, and shows what it came back with', () => {
    const agent = agentOn({ 'a.md': '# Hello\n' });
    const text = agent.prompt('delegate: read a.md');
    expect(text).toContain('The helper came back');
    expect(text).toContain('# Hello');
    expect(text).not.toContain(NOTICE);
  });

  it('writes a plan down and ticks it off', () => {
    const agent = agentOn({});
    agent.prompt('plan: look, leap');
    const lists = agent.messages.flatMap((message) =>
      (message.tool_calls ?? []).map((call) => call.function.arguments.match(/"status":"(\w+)"/g)?.join()),
    );
    expect(lists).toEqual([
      '"status":"in_progress","status":"pending"',
      '"status":"completed","status":"in_progress"',
      '"status":"completed","status":"completed"',
    ]);
  });

  it('counts in steps, and says at its next one that it heard what was said meanwhile', () => {
    const shell = (command: string) => ({ status: 0, output: /echo (\d+)/.exec(command)?.[1] ?? '' });
    const agent = agentOn({}, { shell });
    const messages = [
      ...agent.messages,
      { role: 'user', content: 'count slowly to 2' },
      { role: 'assistant', content: '1 …' },
      { role: 'tool', content: '1\n' },
      { role: 'user', content: 'create a.txt with: a' },
    ] as const;
    const heard = nextMove(messages, OPENCODE_TOOLS);
    expect(heard.text).toMatch(/^I heard you: "create a.txt with: a"[^]*2 …$/);
    const later = nextMove(
      [...messages, { role: 'assistant', content: heard.text }, { role: 'tool', content: '2\n' }],
      OPENCODE_TOOLS,
    );
    expect(later.text).not.toContain('I heard you');
    expect(later.text).toContain('create a.txt');
  });

  it('names the files that came with a prompt, and does not take their list for a request', () => {
    const prompt = [
      'create a.txt with: a',
      'Files that came with this message; your tools can open them:\n- /home/agent/attachments/x/b.md (text/markdown, 5 bytes), its text is below',
      '<file path="/home/agent/attachments/x/b.md">\nrename c to d\n</file>',
    ].join('\n\n');
    const agent = agentOn({ 'c.js': 'c\n' });
    const text = agent.prompt(prompt);
    expect(agent.said[0]).toContain('With the prompt came `/home/agent/attachments/x/b.md`.');
    expect(text).toContain('Created `a.txt`');
    expect(text).not.toContain('did not understand');
    expect(agent.files.get('c.js')).toBe('c\n');
  });
});
