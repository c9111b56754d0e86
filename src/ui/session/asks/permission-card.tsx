import { useState } from 'react';
import type { Ask, AskAnswer } from '@/domain/events/ask';
import { Button } from '../../kit/button';

interface PermissionCardProps {
  ask: Extract<Ask, { type: 'permission' }>;
  /** Null once somebody answered, and for who may only watch. */
  onAnswer: ((answer: AskAnswer) => void) | null;
}

/** What the agent wants to do, and the three answers to it. A no may say why: the agent reads it. */
export function PermissionCard({ ask: { permission, title, always }, onAnswer }: PermissionCardProps) {
  const [why, setWhy] = useState<string | null>(null);
  const reply = (choice: 'once' | 'always' | 'reject', message: string | null = null) =>
    onAnswer?.({ type: 'permission', reply: choice, message });
  return (
    <>
      <p className="text-sm">
        May the agent do this? <span className="text-muted">{permission}</span>
      </p>
      <p className="mt-0.5 max-h-24 overflow-y-auto font-mono text-sm break-words whitespace-pre-wrap">
        {title}
      </p>
      {onAnswer !== null && (
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <Button size="small" variant="primary" onClick={() => reply('once')}>
            Allow once
          </Button>
          {always.length > 0 && (
            <Button
              size="small"
              title={`In this session, from now on: ${always.join(', ')}`}
              onClick={() => reply('always')}
            >
              Always allow
            </Button>
          )}
          <Button size="small" onClick={() => reply('reject', wordsOrNull(why))}>
            Deny
          </Button>
          {why === null ? (
            <Button size="small" variant="quiet" onClick={() => setWhy('')}>
              Say why
            </Button>
          ) : (
            <input
              autoFocus
              aria-label="Why not, for the agent"
              placeholder="Why not, for the agent"
              value={why}
              maxLength={2_000}
              onChange={(event) => setWhy(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !event.nativeEvent.isComposing)
                  reply('reject', wordsOrNull(why));
              }}
              className="h-6 min-w-0 flex-1 basis-40 rounded-md border bg-bg px-2 text-sm"
            />
          )}
        </div>
      )}
    </>
  );
}

function wordsOrNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text.trim();
}
