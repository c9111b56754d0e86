import { expect, test } from 'vitest';
import { specOf, useModalBench } from '@/testing/modal/modal-bench';
import { publishSandboxImage } from './publish-image';

const IMAGE = { base: 'node:24-bookworm-slim', layers: [['ENV A=b'], ['RUN true', 'RUN false']] };

const bench = useModalBench();

test('what is published is what a sandbox starts from', async () => {
  const { standIn, provider } = bench();
  const account = { ...standIn.credentials, appName: 'dispatch-test' };
  const imageId = await publishSandboxImage(account, { name: 'another:v1', ...IMAGE });
  await provider({ image: 'another:v1' }).create(specOf());
  const [create] = standIn.faults.calls.filter(({ method }) => method === 'sandboxCreateV2');
  expect(create?.request).toMatchObject({ definition: { imageId } });
});

test('a token that is not one is refused', async () => {
  const account = { tokenId: 'ak-another', tokenSecret: 'as-another', appName: 'dispatch-test' };
  await expect(publishSandboxImage(account, { name: 'another', ...IMAGE })).rejects.toMatchObject({
    ...{ code: 'sandbox_unavailable', details: { why: 'credentials' } },
  });
});
