const WIDTHS = ['72%', '54%', '64%', '40%', '58%'];

/** The rough shape of what comes, shown only when it takes long enough to be noticed. */
export function Skeleton({ lines }: { lines: number }) {
  return (
    <div role="status" aria-label="Loading" className="animate-show-late flex flex-col gap-3">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="flex items-center gap-3">
          <div className="size-3 rounded-full bg-raised" />
          <div className="h-3 rounded bg-raised" style={{ width: WIDTHS[line % WIDTHS.length] }} />
        </div>
      ))}
    </div>
  );
}
