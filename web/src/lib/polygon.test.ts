import { describe, expect, it } from 'vitest';
import type { Zone } from '@/api/types';
import * as polygon from './polygon';

const square: polygon.Point[] = [
  [0.1, 0.1],
  [0.5, 0.1],
  [0.5, 0.5],
  [0.1, 0.5],
];
const shifted = (dx: number): polygon.Point[] => square.map(([x, y]) => [x + dx, y]);
const zone = (kind: Zone['kind'], points: polygon.Point[], more: Partial<Zone> = {}): Zone => ({
  id: 'z',
  kind,
  polygon: points,
  watch: [],
  ...more,
});

describe('polygons', () => {
  it('finds the edges that cross', () => {
    expect(polygon.crossing(square)).toBeNull();
    const bow = [square[0]!, square[2]!, square[1]!, square[3]!];
    expect(polygon.crossing(bow)).toEqual([0, 2]);
  });
  it('measures and tells inside from outside', () => {
    expect(polygon.area(square)).toBeCloseTo(0.16);
    expect(polygon.inside([0.3, 0.3], square)).toBe(true);
    expect(polygon.inside([0.6, 0.3], square)).toBe(false);
  });
  it('overlaps by crossing and by lying inside, not by touching', () => {
    expect(polygon.overlap(square, shifted(0.2))).toBe(true);
    expect(polygon.overlap(square, shifted(0.4))).toBe(false);
    expect(polygon.overlap(square, square)).toBe(true);
    const small: polygon.Point[] = [
      [0.2, 0.2],
      [0.3, 0.2],
      [0.3, 0.3],
    ];
    expect(polygon.overlap(square, small)).toBe(true);
  });
  it('snaps to the edge of the picture and to corners nearby', () => {
    expect(polygon.snapped([0.01, 0.5])).toEqual([0, 0.5]);
    expect(polygon.snapped([1.2, -0.3])).toEqual([1, 0]);
    expect(polygon.snapped([0.505, 0.495], square)).toEqual([0.5, 0.5]);
  });
  it('moves as a whole and stops at the edge', () => {
    expect(polygon.moved(square, [0.9, 0])[1]).toEqual([1, 0.1]);
    expect(polygon.moved(square, [-0.9, 0.1])[0]).toEqual([0, 0.2]);
  });
});

describe('faults', () => {
  it('names the corner and says nothing of sound zones', () => {
    expect(polygon.faultsOf([zone('pavement', square)], null)).toEqual([]);
    const bow = [square[0]!, square[2]!, square[1]!, square[3]!];
    expect(polygon.faultsOf([zone('pavement', bow)], null)).toMatchObject([{ zone: 0, point: 0 }]);
    const out: polygon.Point[] = [...square.slice(0, 3), [0.1, 1.2]];
    expect(polygon.faultsOf([zone('pavement', out)], null)).toMatchObject([{ point: 3 }]);
    const tiny: polygon.Point[] = [
      [0.1, 0.1],
      [0.11, 0.1],
      [0.11, 0.11],
    ];
    expect(polygon.faultsOf([zone('pavement', tiny)], null)).toHaveLength(1);
  });
  it('refuses masks that overlap, a shop nobody knows, a dwell too short', () => {
    const masks = [zone('privacy_mask', square), zone('privacy_mask', shifted(0.2))];
    expect(polygon.faultsOf(masks, null)).toMatchObject([{ zone: 1 }]);
    const shop = [zone('shop_front', square, { shop: 'none' })];
    expect(polygon.faultsOf(shop, new Set(['shop-1']))).toMatchObject([{ zone: 0 }]);
    expect(polygon.faultsOf(shop, null)).toEqual([]);
    const quick = [zone('pavement', square, { watch: [{ violation: 'x', dwell_s: 1 }] })];
    expect(polygon.faultsOf(quick, null)).toHaveLength(1);
  });
  it('reads the path of the server', () => {
    const at = polygon.faultFrom('zones[2].polygon[3]', 'zones[2].polygon[3]: 在画面之外');
    expect(at).toEqual({ zone: 2, point: 3, message: '在画面之外' });
    const whole = polygon.faultFrom('zones[1].polygon', 'zones[1].polygon：重叠');
    expect(whole).toEqual({ zone: 1, message: '重叠' });
    expect(polygon.faultFrom('name', 'x')).toBeNull();
  });
});
