import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySession } from '@/testing/any-session';
import { ADA, promptId, turnId } from '@/testing/event-log';
import { decide } from './decide';
import { evolve } from './evolve';
import { INITIAL_STATE, SessionState } from './state';

describe('any session', () => {
  it('has the state that its events lead to', () => {
    fc.assert(
      fc.property(anySession(), (log) => {
        const replayed = log.events.reduce(
          (state, { event, actor }) => evolve(state, event, actor),
          INITIAL_STATE,
        );
        expect(replayed).toEqual(log.state);
        expect(SessionState.parse(log.state)).toEqual(log.state);
      }),
    );
  });

  it('never runs two turns, and ends each that it starts once', () => {
    fc.assert(
      fc.property(anySession(), ({ events, state }) => {
        let running: string | null = null;
        for (const { event } of events) {
          if (event.kind === 'prompt.started') {
            expect(running).toBeNull();
            running = event.turnId;
          } else if (event.kind === 'prompt.finished' && event.turnId !== null) {
            expect(event.turnId).toBe(running);
            running = null;
          }
        }
        expect(state.running?.turnId ?? null).toBe(running);
      }),
    );
  });

  it('has every prompt in one place: waiting, running, ended or withdrawn', () => {
    fc.assert(
      fc.property(anySession(), ({ state }) => {
        const places = [...state.queue, ...(state.running ? [state.running] : []), ...state.retryable];
        expect(new Set(places.map((place) => place.promptId)).size).toBe(places.length);
      }),
    );
  });

  it('leaves nothing undone: what waits runs, and what runs has a sandbox or gets one', () => {
    fc.assert(
      fc.property(anySession(), ({ state }) => {
        if (state.isArchived) return;
        if (state.queue.length > 0) expect(state.running).not.toBeNull();
        if (state.running)
          expect(['lost', 'failed', 'none', 'ended', 'asleep']).not.toContain(state.sandbox.phase);
      }),
    );
  });

  it('decides without changing what it was given', () => {
    fc.assert(
      fc.property(anySession(), fc.nat({ max: 5 }), ({ state }, n) => {
        const before = structuredClone(state);
        const stop = { type: 'stop', turnId: state.running?.turnId ?? turnId(99) } as const;
        const send = { type: 'send', promptId: promptId(900), text: 'x' } as const;
        const retry = { type: 'retry', promptId: promptId(n) } as const;
        const promote = { type: 'promote', promptId: promptId(n), position: 0 } as const;
        for (const command of [stop, send, retry, promote, { type: 'archive' } as const]) {
          decide(state, { command, actor: ADA }, { turnId: turnId(77) });
        }
        expect(state).toEqual(before);
      }),
    );
  });
});
