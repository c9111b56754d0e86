import { describe, expect, it } from 'vitest';
import { PromptId } from '@/domain/ids';
import { movedTo } from './expected-order';

const id = (at: number) => PromptId.parse(`0190b5a0-0000-7000-8000-00000000000${at}`);
const [a, b, c] = [id(1), id(2), id(3)];

describe('a prompt that is moved in the queue', () => {
  it.each([
    [c, 0, [c, a, b]],
    [a, 2, [b, c, a]],
    [b, 1, [a, b, c]],
    [a, 9, [b, c, a]],
    [id(4), 0, [a, b, c]],
  ])('%s to %i', (promptId, position, expected) => {
    expect(movedTo([a, b, c], { promptId, position })).toEqual(expected);
  });
});
