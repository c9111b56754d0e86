import dynamic from 'next/dynamic';

/** The renderer is loaded beside the screen; until it is there the text is readable as it was written. */
export const Markdown = dynamic(() => import('../../kit/markdown'));
