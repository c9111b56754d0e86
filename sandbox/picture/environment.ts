import { z } from 'zod';

/** What the agent's environment says of the programs that pictures are taken with. */
const Environment = z.object({
  DISPATCH_PLAYWRIGHT: z.string().default(''),
  CHROMIUM_PATH: z.string().default(''),
  PATH: z.string().default(''),
});

export interface PictureTools {
  /** Playwright's folder; empty where there is none. */
  playwright: string;
  /** The browser that is named; empty for none. */
  chromium: string;
  path: string;
}

export function readPictureTools(): PictureTools {
  const {
    DISPATCH_PLAYWRIGHT: playwright,
    CHROMIUM_PATH: chromium,
    PATH: path,
  } = Environment.parse(process.env);
  return { playwright, chromium, path };
}
