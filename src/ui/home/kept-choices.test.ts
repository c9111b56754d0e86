import { describe, expect, it } from 'vitest';
import { readChoices, resolveChoices } from './kept-choices';

const OFFERED: Parameters<typeof resolveChoices>[1] = {
  branches: ['main', 'next'],
  defaultBranch: 'main',
  models: [
    { id: 'small', isDefault: true, efforts: [] },
    { id: 'large', isDefault: false, efforts: ['low', 'high'] },
  ],
  preferences: { modelId: null, effort: null },
};

describe('what a new session starts with', () => {
  it('is what repository and installation say, for who never chose', () => {
    expect(resolveChoices({}, OFFERED)).toEqual({ branch: 'main', modelId: 'small', effort: null });
  });

  it('is what the person prefers, and before that what they chose for this repository', () => {
    const preferences = { modelId: 'large', effort: 'low' } as const;
    const offered = { ...OFFERED, preferences };
    expect(resolveChoices({}, offered)).toMatchObject({ modelId: 'large', effort: 'low' });
    expect(resolveChoices({ effort: null }, offered)).toMatchObject({ modelId: 'large', effort: null });
    expect(resolveChoices({ branch: 'next', effort: 'high' }, offered)).toEqual({
      ...{ branch: 'next', modelId: 'large', effort: 'high' },
    });
    expect(resolveChoices({ modelId: 'small' }, offered)).toMatchObject({ modelId: 'small', effort: null });
  });

  it('is never something that is not to be had any more', () => {
    const kept = { branch: 'gone', modelId: 'retired', effort: 'medium' } as const;
    expect(resolveChoices(kept, OFFERED)).toEqual({ branch: 'main', modelId: 'small', effort: null });
    expect(resolveChoices({ ...kept, modelId: 'large' }, OFFERED)).toMatchObject({ effort: null });
  });

  it('believes a branch that was chosen until the repository has answered', () => {
    expect(resolveChoices({ branch: 'next' }, { ...OFFERED, branches: [] }).branch).toBe('next');
  });

  it.each(['', '{', '{"effort":"gigantic"}', 'null'])('is nothing chosen for what was kept as %j', (text) => {
    expect(readChoices(text)).toEqual({});
  });
});
