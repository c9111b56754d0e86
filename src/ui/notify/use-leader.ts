import { useEffect, useState } from 'react';

/** Whether this tab is the one of its browser that does a thing; another takes over when it is closed. */
export function useLeader(name: string): boolean {
  const [isLeader, setIsLeader] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    const held = Promise.withResolvers<undefined>();
    navigator.locks
      .request(name, { signal: leaving.signal }, () => {
        setIsLeader(true);
        return held.promise;
      })
      .catch(() => {
        // Aborted while it waited for its turn, which is how a tab leaves the line.
      });
    return () => {
      leaving.abort();
      held.resolve(undefined);
      setIsLeader(false);
    };
  }, [name]);
  return isLeader;
}
