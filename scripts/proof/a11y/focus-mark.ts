import type { Page } from '@playwright/test';

/** What somebody who uses a keyboard alone knows of where they are. */
export interface Focus {
  /** The element as one finds it again; null when nothing has the focus. */
  name: string | null;
  /** Something about it, or about what it lies in, looks otherwise than without the focus. */
  isVisible: boolean;
  /** It is inside of the window, so one sees it at all. */
  isInWindow: boolean;
}

const MARKS = [
  ...['outline-style', 'outline-width', 'outline-color', 'box-shadow', 'text-decoration-line'],
  ...['border-top-color', 'border-top-width', 'border-top-style', 'background-color'],
];

/**
 * Looks at the focused element and three that it lies in, with and without the focus, and compares what can mark it.
 * The focus is given back as a keyboard gave it.
 */
export async function readFocus(page: Page): Promise<Focus> {
  return page.evaluate((marks) => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) {
      return { name: null, isVisible: false, isInWindow: false };
    }
    const chain = [
      element,
      ...[1, 2, 3].map((up) => document.evaluate(`ancestor::*[${up}]`, element).iterateNext()),
    ];
    const looks = [0, 1].map((time) => {
      if (time === 1) element.blur();
      return JSON.stringify(
        chain.map((at) => {
          if (!(at instanceof Element)) return null;
          const style = getComputedStyle(at);
          // An outline of no style has a colour and a width all the same.
          const isOutlined = style.outlineStyle !== 'none';
          return marks.map((mark) =>
            mark.startsWith('outline') && !isOutlined ? 'none' : style.getPropertyValue(mark),
          );
        }),
      );
    });
    element.focus({ preventScroll: true });
    const { top, left, bottom, right } = element.getBoundingClientRect();
    const label = element.getAttribute('aria-label') ?? element.textContent;
    return {
      name: `<${element.localName}> “${label.trim().replaceAll(/\s+/g, ' ').slice(0, 50)}”`,
      isVisible: looks[0] !== looks[1],
      isInWindow: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    };
  }, MARKS);
}
