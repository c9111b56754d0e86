export interface ProofResult {
  ok: boolean;
  /** What does not hold, one line each. */
  failures: string[];
  /** Everything that was measured, by name. */
  figures: Record<string, unknown>;
}

/** One `npm run proof -- <name>`. */
export type Proof = (context: {
  args: readonly string[];
  /** For people, on stderr. */
  say: (line: string) => void;
}) => Promise<ProofResult>;
