import { expect, it } from 'vitest';
import { fit, MAX_SIDE } from './fit';

it.each([
  { width: 1280, height: 800, scale: 1, isCut: false },
  { width: 1280, height: 2_000, scale: 0.784, isCut: false },
  { width: 1280, height: 50_000, scale: 0.4, isCut: true },
  { width: 390, height: 844, scale: 1.8578, isCut: false },
  { width: 390, height: 9_000, scale: 0.4, isCut: true },
  { width: 200, height: 100, scale: 2, isCut: false },
])('a page of $width x $height', ({ width, height, scale, isCut }) => {
  const fitted = fit({ width, height });
  expect(fitted.scale).toBeCloseTo(scale, 3);
  expect(fitted.isCut).toBe(isCut);
  expect(Math.floor(Math.max(fitted.width, fitted.height) * fitted.scale)).toBeLessThanOrEqual(MAX_SIDE);
});
