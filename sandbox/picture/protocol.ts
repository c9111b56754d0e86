import { z } from 'zod';

/** Sides of the window that a page is shown in, in CSS pixels. */
export const VIEWPORTS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

/** What the program is asked for, as JSON in its only argument. */
export const PictureRequest = z.object({
  /** An address or a path; see `pageAddress`. */
  page: z.string().min(1).max(2_000),
  viewport: z.enum(['desktop', 'phone']),
  /** The whole page, and not only what the window shows at first. */
  isWhole: z.boolean(),
  /** A CSS selector that has to be seen first; empty for none. */
  waitFor: z.string().max(500),
  /** The repository. */
  folder: z.string(),
});
export type PictureRequest = z.infer<typeof PictureRequest>;

/** What it answers on its standard output, as JSON. */
export const PictureAnswer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    mime: z.enum(['image/png', 'image/jpeg']),
    base64: z.string(),
    /** Of the picture, in pixels. */
    width: z.number().int(),
    height: z.number().int(),
    title: z.string(),
    /** Where the page was in the end. */
    address: z.string(),
    /** What whoever looks at the picture should know, such as an answer of 404. */
    notes: z.array(z.string()),
  }),
  z.object({ ok: z.literal(false), why: z.string() }),
]);
export type PictureAnswer = z.infer<typeof PictureAnswer>;
