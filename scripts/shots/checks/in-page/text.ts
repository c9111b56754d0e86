/** Whether anybody can see an element's own box. */
export function isSeen(element: Element): boolean {
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  const { width, height } = element.getBoundingClientRect();
  // One pixel is how text is kept for screen readers alone.
  return width > 1 && height > 1;
}

/** An element as one finds it again: its tag, its first classes and how its text begins. */
export function nameOf(element: Element): string {
  const text = (element.getAttribute('aria-label') ?? element.textContent).trim().replaceAll(/\s+/g, ' ');
  const classes = (element.getAttribute('class') ?? '').split(' ').slice(0, 3).join('.');
  return `<${element.localName}${classes === '' ? '' : ` .${classes}`}> “${text.slice(0, 60)}”`;
}

/** The element and what it lies in, up to and without `until`. */
export function upwards(element: Element, until: Element | null): Element[] {
  const found: Element[] = [];
  for (let at: Element | null = element; at && at !== until; at = at.parentElement) found.push(at);
  return found;
}

export interface SeenText {
  /** The element that holds it. */
  parent: Element;
  rects: DOMRect[];
}

/** Every piece of text that can be seen in an element, with where it is. */
export function seenTexts(element: Element): SeenText[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts: SeenText[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if ((node.nodeValue ?? '').trim() === '' || !parent || !isSeen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    texts.push({
      parent,
      rects: [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1),
    });
  }
  return texts;
}
