import { TabTitle } from '../kit/tab-title';

/** What somebody sees who let Dispatch into their workspace. */
export function InstalledScreen() {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="flex w-full max-w-sm flex-col gap-4">
        <TabTitle title="Slack is connected" />
        <h1 className="text-lg font-semibold">Slack is connected</h1>
        <p>
          Invite Dispatch to a channel (<code>/invite @Dispatch</code>) and write there what should be done:{' '}
          <code>@Dispatch fix the login test</code>. <code>/dispatch help</code> says what else there is.
        </p>
      </div>
    </main>
  );
}
