import dynamic from 'next/dynamic';

/** The renderer is loaded beside the screen. */
export const Markdown = dynamic(() => import('../../kit/markdown'));
