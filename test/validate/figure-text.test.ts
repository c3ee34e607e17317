import { expect, test } from 'vitest';
import { figureText } from '../../src/validate/figure-text.ts';

test('shares are percent, cut and never rounded up; records are rows', () => {
  expect(figureText('coverage_usage_rate', 99.9996)).toBe('99.99%');
  expect(figureText('coverage_usage_rate', 100)).toBe('100%');
  expect(figureText('coverage_usage_rate', 12.5)).toBe('12.50%');
  expect(figureText('min_records', 229)).toBe('229 rows');
  expect(figureText('drift_rebounds', null)).toBe('nothing');
});
