/** OpenCode beats every 10 seconds; a stream that is silent for longer is dead, whatever the socket says. */
const SILENCE_MS = 25_000;

/**
 * Reads a stream of server-sent events whose frames are `data: <json>` and calls back with each parsed frame.
 * Resolves when the stream ends, rejects when it breaks or goes silent.
 */
export async function readServerSentEvents(
  body: ReadableStream<Uint8Array>,
  onFrame: (frame: unknown) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await withinSilence(reader);
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const frames = rest.split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const data = dataOf(frame);
      if (data !== '') onFrame(parse(data));
    }
  }
}

function dataOf(frame: string): string {
  return frame
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n');
}

/** A frame that is no JSON is handed on as it is, for the translator to say that it does not know it. */
function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

async function withinSilence(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Awaited<ReturnType<typeof reader.read>>> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the agent’s event stream went silent')), SILENCE_MS);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (error) {
    // What the stream still holds is of no use, and neither is how its end went.
    reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
