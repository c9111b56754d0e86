/** What this is, for somebody who has no session yet. The one thing to do stands right below it. */
export function FirstUse() {
  return (
    <section className="max-w-prose px-2">
      <h2 className="text-lg font-semibold">Give an agent its first task</h2>
      <p className="mt-2 text-muted">
        A session is a conversation with a coding agent on one repository. The agent works in a sandbox of its
        own, on a branch of its own, and everybody on your team can watch, add to it and stop it. Nothing
        reaches your repository until somebody publishes it.
      </p>
    </section>
  );
}
