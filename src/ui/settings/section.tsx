import type { ReactNode } from 'react';

/** One subject of a page of settings. */
export function Section({
  title,
  about,
  action,
  children,
}: {
  title: string;
  /** What it is for, in a sentence. */
  about?: ReactNode;
  /** What can be done with all of it. */
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section aria-label={title}>
      <div className="flex items-start justify-between gap-4">
        <h2 className="font-semibold">{title}</h2>
        {action}
      </div>
      {about !== undefined && <p className="mt-0.5 max-w-prose text-sm text-muted">{about}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}

/** Facts beside their names, in lines. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="divide-y rounded-md border bg-surface">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-x-4 px-3 py-2 text-sm sm:flex-row sm:items-baseline">
      <dt className="w-44 shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}
