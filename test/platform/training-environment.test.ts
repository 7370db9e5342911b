import { expect, test } from 'vitest';
import { isTrainingEnvironment, trainingEnvironment } from '../../src/platform/training-environment.ts';

test('adds what glibc is to keep, and leaves what the user has set', () => {
  expect(isTrainingEnvironment({ PATH: '/bin' })).toBe(false);
  const made = trainingEnvironment({ PATH: '/bin', MALLOC_TRIM_THRESHOLD_: '7' });
  expect(made).toEqual({ PATH: '/bin', MALLOC_TRIM_THRESHOLD_: '7', MALLOC_MMAP_THRESHOLD_: String(256 * 2 ** 20) });
  expect(isTrainingEnvironment(made)).toBe(true);
});
