/** A file that Vercel puts into a function. */
export interface TracedFile {
  /** Inside the function, which is also where it stands in the project. */
  path: string;
  sizeBytes: number;
  /** The files of the project and of packages that a bundle was made of, by its source map; else none. */
  sources: readonly string[];
}

/** One function as `vercel build` wrote it. */
export interface BuiltFunction {
  /** The paths it answers at, without leading slash: one function may serve several routes. */
  names: readonly string[];
  /** Such as `nodejs24.x`; `edge` for an edge function. */
  runtime: string;
  /** Null where the platform's own default applies. */
  maxDurationSeconds: number | null;
  files: readonly TracedFile[];
}

/** What a function weighs when unpacked, which is what Vercel limits. */
export function sizeBytesOf({ files }: BuiltFunction): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
