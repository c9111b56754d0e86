'use client';

import { Fragment } from 'react';
import { Button } from '../kit/button';
import { type Command, keysOf } from '../kit/command-registry';
import { Dialog } from '../kit/dialog';
import { KeyCaps } from '../kit/key-caps';
import { useCommandList } from '../kit/use-commands';

function groupsOf(commands: readonly Command[]): [string, Command[]][] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    if (keysOf(command).length > 0)
      groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return [...groups];
}

/** Every key of the present screen, and what it does. */
export default function KeySheet({ onClose }: { onClose: () => void }) {
  const commands = useCommandList();
  return (
    <Dialog
      label="Keys"
      onClose={onClose}
      className="top-[8dvh] max-h-[84dvh] w-[min(44rem,calc(100vw-16px))] overflow-y-auto px-5 pt-4 pb-6"
    >
      <div
        onKeyDown={(event) => {
          if (event.key !== '?') return;
          // The same key opens the sheet, where it is not open.
          event.preventDefault();
          onClose();
        }}
      >
        <div className="flex items-center justify-between">
          <h2 className="text-lg font-semibold">Keys</h2>
          <Button size="small" variant="quiet" data-first-focus onClick={onClose}>
            Close
          </Button>
        </div>
        <p className="mt-1 text-sm text-muted">They rest while you type in a field.</p>
        <div className="mt-4 gap-x-8 sm:columns-2">
          {groupsOf(commands).map(([group, inGroup]) => (
            <section key={group} aria-label={group} className="mb-5 break-inside-avoid">
              <h3 className="mb-1 text-xs font-medium text-muted">{group}</h3>
              <dl>
                {inGroup.map((command) => (
                  <KeyLine key={command.id} command={command} />
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

function KeyLine({ command }: { command: Command }) {
  return (
    <div className="flex min-h-7 items-center justify-between gap-4 text-sm">
      <dt className="min-w-0">{command.title}</dt>
      <dd className="flex shrink-0 items-center gap-1 text-xs text-muted">
        {keysOf(command).map((key, index) => (
          <Fragment key={key}>
            {index > 0 && 'or'}
            <KeyCaps keys={key} />
          </Fragment>
        ))}
      </dd>
    </div>
  );
}
