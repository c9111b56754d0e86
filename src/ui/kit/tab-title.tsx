/** What the tab of a browser can say of its page without being looked at. */
export type TabSign = 'plain' | 'working' | 'needs-you' | 'offline';

const SIGNS = { plain: '', working: '● ', 'needs-you': '! ', offline: '× ' } satisfies Record<
  TabSign,
  string
>;

/**
 * The title and the picture of the browser's tab. React puts both into the document's head, so that the page as it
 * comes from the server has them right already; each screen draws exactly one.
 */
export function TabTitle({
  title,
  sign = 'plain',
  count = 0,
}: {
  title?: string;
  sign?: TabSign;
  /** How many things wait for somebody; it stands in the place of the sign. */
  count?: number;
}) {
  const mark = count > 0 ? `(${count}) ` : SIGNS[sign];
  return (
    <>
      <title>{`${mark}${title === undefined ? '' : `${title} · `}Dispatch`}</title>
      <link rel="icon" type="image/svg+xml" href={`/icons/${sign}.svg`} />
    </>
  );
}
