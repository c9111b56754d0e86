import { parseArgs } from 'node:util';

export interface ShotsArguments {
  out: string;
  only: string[];
  json: boolean;
  data: string | null;
  dev: boolean;
  widths: number[];
  recording: boolean;
}

export const USAGE = `npm run shots -- [--out FOLDER] [--only WORD]... [--json] [--data FOLDER] [--dev] [--width PIXELS]...
npm run shots -- --recording [--out FOLDER]

  --out    where pictures go, as FOLDER/screen/state/width-theme.png (default: shots)
  --only   scenes whose screen/state holds this word; may be given several times
  --width  only these of the widths; may be given several times
  --recording  films two people in one session, side by side, as FOLDER/two-people.webp, and pictures the
           session as FOLDER/session.png: what the README shows (its FOLDER is docs/images)
  --json   one JSON object on stdout
  --data   look at the stack that runs on this data folder, not at one of its own
  --dev    a stack of its own that compiles as it goes, in place of what \`npm run build\` made`;

/** Reads the command line; throws with what is wrong. */
export function readOptions(args: readonly string[]): ShotsArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string', default: 'shots' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
      width: { type: 'string', multiple: true, default: [] },
      recording: { type: 'boolean', default: false },
      dev: { type: 'boolean', default: false },
    },
  });
  const { data = null, width, ...more } = values;
  return { ...more, data, widths: width.map(Number) };
}
