import { describe, expect, it } from 'vitest';
import type { CasePicture, PictureRole } from '@/api/types';
import { pairsOf } from './pairs';

const shot = (role: PictureRole, minute: number): CasePicture => ({
  role,
  role_zh: role,
  url: `/${role}-${minute}`,
  thumbnail: `/${role}-${minute}-small`,
  original_hash: '0'.repeat(64),
  taken_at: `2026-03-01T04:${String(minute).padStart(2, '0')}:00.000Z`,
  marked: false,
});
const report = [shot('before', 0), shot('arrival', 1), shot('now', 4)];
const urls = (pictures: CasePicture[]) =>
  Object.fromEntries(
    Object.entries(pairsOf(pictures)).map(([name, pair]) => [
      name,
      `${pair.before?.url} ${pair.after?.url}`,
    ]),
  );

describe('pairsOf', () => {
  it('shows what was found against what was there before', () => {
    expect(urls(report)).toEqual({ found: '/before-0 /now-4' });
  });
  it('does not take a later look for the finding', () => {
    expect(urls([...report, shot('recheck', 9), shot('now', 12)])).toEqual({
      found: '/before-0 /now-4',
      recheck: '/now-4 /now-12',
    });
  });
  it('shows the last handling after a rework', () => {
    const pictures = [
      ...report,
      shot('handled_before', 20),
      shot('handled_after', 21),
      shot('handled_before', 30),
      shot('handled_after', 31),
    ];
    expect(urls(pictures).handled).toBe('/handled_before-30 /handled_after-31');
  });
  it('makes do with what there is', () => {
    expect(urls([])).toEqual({ found: 'undefined undefined' });
    expect(urls([shot('arrival', 1)])).toEqual({ found: '/arrival-1 /arrival-1' });
    expect(urls([shot('other', 1)])).toEqual({ found: 'undefined /other-1' });
  });
});
