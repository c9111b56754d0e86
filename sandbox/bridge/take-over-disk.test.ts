import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newSessionId } from '@/testing/test-session';
import { isForeignClone, ownClone, takeOverDisk } from './take-over-disk';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'dispatch-disk-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const environment = (session = newSessionId()) => ({ DISPATCH_STATE: state, DISPATCH_SESSION: session });

function note(...names: string[]): void {
  for (const name of names) writeFileSync(join(state, name), '{}');
}

const NOTES = ['outbox-1.jsonl', 'conversation.json', 'brought-up-to-date-1', 'restore.bundle'];

it('a disk of the session’s own keeps all its notes', () => {
  const own = environment();
  takeOverDisk(own);
  note(...NOTES, 'setup.json');
  takeOverDisk(own);
  expect(readdirSync(state)).toEqual(expect.arrayContaining([...NOTES, 'setup.json']));
  expect(isForeignClone(own)).toBe(false);
});

it('one from before disks had an owner is the session’s own', () => {
  note(...NOTES);
  const own = environment();
  takeOverDisk(own);
  expect(existsSync(join(state, 'outbox-1.jsonl'))).toBe(true);
  expect(isForeignClone(own)).toBe(false);
});

it('another session’s loses what its bridge noted, and keeps what was set up, until the clone is switched', () => {
  takeOverDisk(environment());
  note(...NOTES, 'setup.json');
  const own = environment();
  takeOverDisk(own);
  for (const name of NOTES) expect(existsSync(join(state, name)), name).toBe(false);
  expect(existsSync(join(state, 'setup.json'))).toBe(true);
  note('outbox-1.jsonl');
  takeOverDisk(own);
  expect(existsSync(join(state, 'outbox-1.jsonl'))).toBe(true);
  expect(isForeignClone(own)).toBe(true);
  ownClone(own);
  expect(isForeignClone(own)).toBe(false);
});
