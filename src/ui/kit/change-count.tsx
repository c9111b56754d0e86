/** Lines added and taken away. */
export function ChangeCount({ additions, deletions }: { additions: number; deletions: number }) {
  return (
    <span className="tabular font-mono text-xs">
      <span className="text-ok">+{additions}</span> <span className="text-danger">−{deletions}</span>
    </span>
  );
}
