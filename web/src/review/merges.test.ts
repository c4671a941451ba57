import { describe, expect, it } from 'vitest';
import type { CaseSummary } from '@/api/types';
import { mayBeOnePlace } from './merges';

const at = (lon: number, position_error_m: number | null) =>
  ({ position: { lon, lat: 31.2825 }, position_error_m }) as CaseSummary;

describe('what a car found', () => {
  it('may be one place within the errors of both', () => {
    expect(mayBeOnePlace(at(121.5055, 2), at(121.505605, 3))).toBe(true); // 10 m
    expect(mayBeOnePlace(at(121.5055, 1), at(121.505605, 1))).toBe(false);
    expect(mayBeOnePlace(at(121.5055, 2), at(121.5075, 3))).toBe(false);
  });

  it('is never told to be where a camera on a pole hangs', () => {
    expect(mayBeOnePlace(at(121.5055, 2), at(121.5055, null))).toBe(false);
  });
});
