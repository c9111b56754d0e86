import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Frame = z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()) });
/** One event as the agent sends it. */
export type Frame = z.infer<typeof Frame>;

const Created = z.object({ info: z.object({ id: z.string(), parentID: z.string().optional() }) });
const Info = z.object({ info: z.looseObject({ id: z.string(), role: z.string(), sessionID: z.string() }) });
const Part = z.object({ part: z.looseObject({ messageID: z.string() }) });
const InSession = z.object({ sessionID: z.string() });

/** What an agent once did on one prompt, without what is said of the prompt itself. */
export interface Recording {
  sessionId: string;
  promptId: string;
  frames: readonly Frame[];
}

/** Recordings that can be told again as a step of any turn. */
export const REPLAYABLE = [
  'hello',
  'task',
  'plugin-tools',
  'err-badtool',
  'compact',
  'question',
  'perm-once',
  'err-http_401',
] as const;

const NOISE = new Set(['server.connected', 'session.updated', 'session.diff']);

export function loadRecording(folder: string, name: string): Recording {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  const frames = lines.map((line) => Frame.parse(JSON.parse(line)));
  const created = frames.find(({ type }) => type === 'session.created');
  const sessionId = Created.parse(created?.properties).info.id;
  const prompt = frames.find(({ type }) => type === 'message.updated');
  const promptId = Info.parse(prompt?.properties).info.id;
  return { sessionId, promptId, frames: frames.filter((frame) => isOfAnswer(frame, sessionId, promptId)) };
}

function isOfAnswer({ type, properties }: Frame, sessionId: string, promptId: string): boolean {
  if (NOISE.has(type)) return false;
  switch (type) {
    case 'session.created':
      return Created.parse(properties).info.id !== sessionId;
    case 'session.status':
    case 'session.idle':
      return InSession.parse(properties).sessionID !== sessionId;
    case 'message.updated':
      return Info.parse(properties).info.id !== promptId;
    case 'message.part.updated':
      return Part.parse(properties).part.messageID !== promptId;
    default:
      return true;
  }
}
