import { expect, test } from 'vitest';
import { explainFailure } from '@/embedded/postgres/explain-failure';

test.each([
  ['FATAL:  could not write lock file: No space left on device', /disk is full/],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', /port is taken/],
  ['DETAIL:  The data directory was initialized by PostgreSQL version 15', /another version/],
  ['could not access directory "/x": Permission denied', /who owns it/],
  ['error while loading shared libraries: libicui18n.so.60', /npm install/],
  ['Error: spawn /x/bin/initdb ENOENT', /DATABASE_URL/],
])('%s comes with what to do about it', (output, remedy) => {
  const error = explainFailure('It did not start.', output);
  expect(error.message).toMatch(remedy);
  expect(error.message).toContain(output);
});

test('anything else is shown as it is', () => {
  expect(explainFailure('It did not start.', ' odd \n').message).toBe('It did not start.\nodd');
});
