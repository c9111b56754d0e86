import { useState } from 'react';
import { Button } from '../kit/button';
import { Dialog } from '../kit/dialog';
import { formatExact, plural } from '../kit/format';
import { Notice } from '../kit/notice';
import { say } from '../kit/say';
import { Time } from '../kit/time';
import { useNow } from '../kit/use-now';
import { wordsOf } from '../live/failure';
import { type Token, useTokens } from './use-tokens';

const DAY_MS = 24 * 3_600 * 1_000;
const MINUTE_MS = 60_000;

/** Tokens of one kind, each with the way to end it. */
export function TokenList({
  tokens,
  revoke,
  consequence,
}: {
  tokens: readonly Token[];
  /** What ending one is called. */
  revoke: string;
  /** What comes of it, in a sentence. */
  consequence: string;
}) {
  const [asked, setAsked] = useState<Token | null>(null);
  return (
    <>
      <ul className="divide-y rounded-md border bg-surface">
        {tokens.map((token) => (
          <li key={token.id} className="flex items-center gap-3 px-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm">{token.name}</p>
              <p className="flex flex-wrap gap-x-3 text-xs text-muted">
                <span className="font-mono">{token.prefix}…</span>
                <span>
                  created <Time at={token.createdAt} />
                </span>
                <span>{token.lastUsedAt ? <LastUsed at={token.lastUsedAt} /> : 'never used'}</span>
                <Expiry at={token.expiresAt} />
              </p>
            </div>
            <Button size="small" variant="danger" onClick={() => setAsked(token)}>
              {revoke}
            </Button>
          </li>
        ))}
      </ul>
      {asked && (
        <RevokeDialog
          key={asked.id}
          token={asked}
          words={{ revoke, consequence }}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function LastUsed({ at }: { at: Date }) {
  return (
    <>
      last used <Time at={at} />
    </>
  );
}

/** When it ends by itself. */
function Expiry({ at }: { at: Date | null }) {
  const now = useNow(MINUTE_MS);
  if (at === null) return <span>never expires</span>;
  if (now === null) return null;
  const days = Math.max(0, Math.ceil((at.getTime() - now) / DAY_MS));
  return (
    <span title={formatExact(at)} className={days <= 7 ? 'text-warn' : undefined}>
      expires in {plural(days, 'day')}
    </span>
  );
}

function RevokeDialog({
  token,
  words: { revoke: verb, consequence },
  onClose,
}: {
  token: Token;
  words: { revoke: string; consequence: string };
  onClose: () => void;
}) {
  const { revoke } = useTokens();
  return (
    <Dialog label={verb} onClose={onClose} className="top-[20dvh] w-[min(28rem,calc(100vw-24px))] p-5">
      <h2 className="font-semibold break-words">
        {verb}: “{token.name}”?
      </h2>
      <p className="mt-2 text-sm text-muted">{consequence}</p>
      {revoke.isError && (
        <Notice tone="danger" className="mt-3">
          It still works. {wordsOf(revoke.error)}
        </Notice>
      )}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button
          variant="danger"
          autoFocus
          disabled={revoke.isPending}
          onClick={() =>
            revoke.mutate(
              { tokenId: token.id },
              {
                onSuccess: () => {
                  onClose();
                  say(`“${token.name}” is refused from now on.`);
                },
              },
            )
          }
        >
          {revoke.isPending ? 'One moment…' : verb}
        </Button>
      </div>
    </Dialog>
  );
}
