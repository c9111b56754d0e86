import { useSaid } from '../kit/say';

/** What came of the last thing that somebody did, for some seconds, where it covers nothing that is pressed. */
export function Sayings() {
  const said = useSaid();
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 top-3 z-10 grid place-items-center px-3"
    >
      {said !== '' && (
        <p className="animate-appear max-w-md rounded-md border bg-raised px-3 py-1.5 text-sm">{said}</p>
      )}
    </div>
  );
}
