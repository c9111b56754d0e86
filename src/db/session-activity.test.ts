import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { evolveActivity, NO_ACTIVITY } from '@/domain/session/activity';
import { evolve } from '@/domain/session/evolve';
import { sessionStatus } from '@/domain/session/session-status';
import { INITIAL_STATE, type SessionState } from '@/domain/session/state';
import { LIST_STATE } from '@/domain/wire/session-row';
import { anySession } from '@/testing/any-session';
import { useDeps } from '@/testing/deps';
import { SESSION_ID } from '@/testing/event-log';
import { newPerson, newRepository, newTeam } from '@/testing/test-session';
import { append } from './append';
import { findActivity } from './session-rows';
import { insertSession } from './sessions';

const world = useDeps();

let row: Omit<Parameters<typeof insertSession>[1], 'id'>;
beforeEach(async () => {
  const owner = await newPerson(world.current);
  const teamId = await newTeam(world.current, [[owner, 'owner']]);
  const { id: repositoryId } = await newRepository(world.current, teamId);
  row = {
    ...{ teamId, repositoryId, creatorId: owner.person.id, title: 'a', baseBranch: 'main', branch: 'b' },
    ...{ modelId: 'scripted', state: INITIAL_STATE },
  };
});
afterEach(() => world.current.db.session.deleteMany({ where: { id: SESSION_ID } }));

async function movedLast(): Promise<string> {
  const where = { id: SESSION_ID };
  return (await world.current.db.session.findUniqueOrThrow({ where })).changedAt.toISOString();
}

const placeOf = (state: SessionState) => LIST_STATE[sessionStatus(state).kind];

/** Writes a log in batches of these sizes, round and round, and notes when it last went to another place in a list. */
async function write(
  events: readonly LoggedEvent[],
  sizes: readonly number[],
): Promise<{ written: LoggedEvent[]; movedAt: string }> {
  const written: LoggedEvent[] = [];
  let state = INITIAL_STATE;
  let movedAt = await movedLast();
  for (let round = 0; written.length < events.length; round += 1) {
    const size = sizes[round % sizes.length] ?? 1;
    const batch = events.slice(written.length, written.length + size);
    const before = placeOf(state);
    state = batch.reduce((now, { event, actor }) => evolve(now, event, actor), state);
    const appended = await append(world.current.db, {
      ...{ sessionId: SESSION_ID, guard: {}, state },
      events: batch.map(({ event, actor }) => ({ event, actor })),
    });
    written.push(...appended!.events);
    if (placeOf(state) !== before) movedAt = appended!.events[0]!.at;
  }
  return { written, movedAt };
}

describe('what a list shows of a session', () => {
  it('is what a replay of its log gives, however the log was written', { timeout: 120_000 }, async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(anySession({ maxSteps: 40 }), sizes, async ({ events, state }, given) => {
        await world.current.db.session.deleteMany({ where: { id: SESSION_ID } });
        await insertSession(world.current.db, { id: SESSION_ID, ...row });
        const { written, movedAt } = await write(events, given);
        expect(await findActivity(world.current.db, SESSION_ID)).toEqual({
          ...written.reduce(evolveActivity, NO_ACTIVITY),
          status: sessionStatus(state).kind,
        });
        expect(await movedLast()).toBe(movedAt);
      }),
      { numRuns: 25 },
    );
  });
});
