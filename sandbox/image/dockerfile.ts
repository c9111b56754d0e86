import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ImageFile, Recipe } from './recipe';
import { quoted, stepsOf } from './steps';

/** Commands that are built, and kept, together. */
export interface Layer {
  title: string;
  commands: string[];
}

/**
 * A command is one argument of a shell, which Linux limits to 128 KiB, and one line of a Dockerfile, of which some
 * builders read 64 KiB.
 */
const CHUNK = 60_000;
const CARRIED = '/tmp/dispatch-file';

/** The public image that the others are put on: this Debian with this Node. */
export function baseImageOf({ nodeVersion, debian }: Recipe): string {
  return `node:${nodeVersion}-${debian}-slim`;
}

/** The recipe as commands of a Dockerfile, for builders that see no folder of ours. What changes most comes last. */
export function dockerfileLayers(recipe: Recipe): Layer[] {
  const variables = Object.entries(recipe.env).map(([name, value]) => `ENV ${name}=${value}`);
  const steps = stepsOf(recipe).map(({ title, shell }) => ({ title, commands: [`RUN ${shell}`] }));
  return [
    { title: 'environment', commands: variables },
    ...steps,
    { title: 'supervisor and bridge', commands: recipe.files.flatMap(carryFile) },
  ];
}

/** No folder of ours is there to COPY from, so a file travels in the commands themselves. */
function carryFile({ path, data }: ImageFile): string[] {
  const text = gzipSync(data, { level: 9 }).toString('base64');
  const count = Math.ceil(text.length / CHUNK);
  const chunks = Array.from({ length: count }, (_, index) => text.slice(index * CHUNK, (index + 1) * CHUNK));
  const sum = createHash('sha256').update(data).digest('hex');
  return [
    ...chunks.map((chunk, index) => `RUN printf %s ${chunk} ${index === 0 ? '>' : '>>'} ${CARRIED}`),
    'RUN ' +
      [
        `mkdir -p ${dirname(path)}`,
        `base64 -d ${CARRIED} | gzip -d > ${path}`,
        `echo ${quoted(`${sum}  ${path}`)} | sha256sum -c -`,
        `rm ${CARRIED}`,
      ].join(' && '),
  ];
}
