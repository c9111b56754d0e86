import type { OpenCodeClient } from './client';

const RECONNECT_MS = 200;

/** Follows OpenCode's events until the signal, coming back after each break. */
export async function followEvents(
  client: OpenCodeClient,
  signal: AbortSignal,
  on: { onOpen: () => void; onBreak: () => void; onFrame: (frame: unknown) => void },
): Promise<void> {
  for (;;) {
    const problem = await followOnce(client, signal, on);
    if (signal.aborted) return;
    console.error(`bridge: the agent's events broke off: ${problem}`);
    on.onBreak();
    await new Promise<void>((resolve) => {
      setTimeout(resolve, RECONNECT_MS);
    });
  }
}

async function followOnce(
  client: OpenCodeClient,
  signal: AbortSignal,
  on: { onOpen: () => void; onFrame: (frame: unknown) => void },
): Promise<string> {
  try {
    await client.follow(signal, { open: on.onOpen, frame: on.onFrame });
    return 'the stream ended';
  } catch (error) {
    return String(error);
  }
}
