/** The environment variable that names the file with the shift in milliseconds; without the file there is none. */
export const CLOCK_FILE = 'CHAOS_CLOCK_FILE';

/**
 * CommonJS to be preloaded: the process's wall clock runs ahead of, or behind, the machine's by what stands in a file.
 * Timers keep the machine's time, as they do when somebody sets a real clock.
 */
export const CLOCK_SHIFT = `
'use strict';
const { readFileSync } = require('node:fs');
const file = process.env.${CLOCK_FILE};
if (file) {
  const RealDate = Date;
  let shiftMs = 0;
  const read = () => {
    try { shiftMs = Number(readFileSync(file, 'utf8')) || 0; } catch { shiftMs = 0; }
  };
  read();
  setInterval(read, 200).unref();
  globalThis.Date = class Date extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() + shiftMs);
      else super(...given);
    }
    static now() { return RealDate.now() + shiftMs; }
  };
}
`;
