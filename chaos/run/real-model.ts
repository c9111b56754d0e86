import { call, reply, say } from '@/testing/scripted-reply';
import type { Script } from '@/testing/scripted-model';
import { DONE_FILE } from '../count/check-agent';

/**
 * What the model says to the real agent: it leaves a line behind that names the prompt, and says so. What was said to a
 * turn before its first step comes together with the prompt, which is worked on all the same.
 */
export const realModel: Script = (request) => {
  const said = JSON.stringify(request.body.messages);
  const marker = /\[\[p:([^\]]*)\]\]/.exec(request.prompt)?.[1] ?? lastMarker(said);
  // Of this attempt: an earlier one, that was cut off, may have said as much.
  const isBegun =
    request.toolOutputs.length > 0 || said.lastIndexOf(`⟦${marker}.1⟧`) > said.lastIndexOf(`[[p:${marker}]]`);
  if (marker === undefined || (isBegun && !request.prompt.includes('[[p:'))) return reply(say('Understood.'));
  if (request.toolOutputs.length > 0) {
    return reply(say(`⟦${marker}.2⟧ It is done, and nothing is left to do.`, { chunkChars: 6, delayMs: 15 }));
  }
  const command = `echo ${marker} >> ${DONE_FILE}; sleep 0.4; tail -1 ${DONE_FILE}`;
  return reply(
    say(`⟦${marker}.1⟧ I leave a line behind.`, { chunkChars: 6, delayMs: 15 }),
    call('bash', { command, description: 'Leave a line' }),
  );
};

function lastMarker(said: string): string | undefined {
  return [...said.matchAll(/\[\[p:([^\]]*)\]\]/g)].at(-1)?.[1];
}
