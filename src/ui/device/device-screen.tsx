'use client';

import { useState } from 'react';
import { TabTitle } from '../kit/tab-title';
import { ApproveDevice } from './approve-device';
import { EnterCode } from './enter-code';

/** Lets a terminal in as the signed-in person, once they compared the code that both show. */
export function DeviceScreen({ userCode }: { userCode: string }) {
  const [code, setCode] = useState(userCode.trim().toUpperCase());
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="flex w-full max-w-sm flex-col gap-4">
        <TabTitle title="Let a terminal in" />
        <h1 className="text-lg font-semibold">Let a terminal in</h1>
        {code === '' ? (
          <EnterCode onEnter={setCode} />
        ) : (
          <ApproveDevice code={code} onOtherCode={() => setCode('')} />
        )}
      </div>
    </main>
  );
}
