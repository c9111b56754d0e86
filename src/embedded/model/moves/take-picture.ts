import { done, refused, use, type Desk, type Outcome, type Work } from './desk';

/** Has the agent's own tool take a picture of a page; the stand-in can't see it. */
export function* takePicture(
  desk: Desk,
  { page, viewport }: { page: string; viewport: 'desktop' | 'phone' },
): Work<Outcome> {
  const values = { page, viewport, whole: false, waitFor: '' };
  const output = yield* use(desk, 'screenshot', { values, text: `I take a picture of \`${page}\`.` });
  return output.startsWith('Picture of')
    ? done(`There is a picture of \`${page}\` above; I can't see it myself.`)
    : { ...refused(`There is no picture of \`${page}\`.`), detail: output.trim() };
}
