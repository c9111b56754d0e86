import { call, reply, say } from '@/testing/scripted-reply';
import type { Script } from '@/testing/scripted-model';
import { DONE_FILE } from '../count/check-agent';

/** What the model says to the real agent: it leaves a line behind that names the prompt, and says so. */
export const realModel: Script = (request) => {
  const marker = /\[\[p:([^\]]*)\]\]/.exec(request.prompt)?.[1];
  if (marker === undefined) return reply(say('Understood.'));
  if (request.toolOutputs.length > 0) {
    return reply(say(`⟦${marker}.2⟧ It is done, and nothing is left to do.`, { chunkChars: 6, delayMs: 15 }));
  }
  const command = `echo ${marker} >> ${DONE_FILE}; sleep 0.4; tail -1 ${DONE_FILE}`;
  return reply(
    say(`⟦${marker}.1⟧ I leave a line behind.`, { chunkChars: 6, delayMs: 15 }),
    call('bash', { command, description: 'Leave a line' }),
  );
};
