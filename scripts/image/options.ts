import { parseArgs } from 'node:util';

export interface ImageOptions {
  target: 'local' | 'modal' | 'name';
  into: string;
  json: boolean;
  print: boolean;
}

export const USAGE = `npm run image -- --local [--into FOLDER] [--json]
npm run image -- --modal [--print]
npm run image -- --name

  --local  builds the base image of sandboxes as a root on this machine, and proves what it holds inside bubblewrap
  --into   where roots are kept, each by the hash of what it is made from (default: .data/image)
  --json   one JSON object on stdout
  --modal  has Modal build the same recipe and publish it, with MODAL_TOKEN_ID and MODAL_TOKEN_SECRET
  --print  shows its commands of a Dockerfile instead
  --name   the image's name, which is another one as soon as anything in it is`;

/** Reads the command line; throws with what is wrong. */
export function readOptions(args: readonly string[]): ImageOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      local: { type: 'boolean', default: false },
      modal: { type: 'boolean', default: false },
      name: { type: 'boolean', default: false },
      into: { type: 'string', default: '.data/image' },
      json: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
    },
  });
  const { into, json, print } = values;
  const targets = (['local', 'modal', 'name'] as const).filter((target) => values[target]);
  const [target] = targets;
  if (target === undefined || targets.length > 1) throw new Error('Say one of --local, --modal and --name.');
  return { target, into, json, print };
}
