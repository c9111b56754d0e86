import { type ComponentProps, lazy, Suspense } from 'react';

const Renderer = lazy(() => import('../../kit/markdown'));

/** The renderer is loaded beside the screen; until it is there the text is readable as it was written. */
export function Markdown(props: ComponentProps<typeof Renderer>) {
  return (
    <Suspense fallback={<div className="break-words whitespace-pre-wrap">{props.text}</div>}>
      <Renderer {...props} />
    </Suspense>
  );
}
