import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import yangpu from '../src/map/yangpu.json';

interface Subdistrict {
  id: string;
  name: string;
  centre: { lon: number; lat: number };
}
const official = JSON.parse(
  readFileSync(new URL('../../data/subdistricts.json', import.meta.url), 'utf8'),
) as Subdistrict[];

function inside(ring: number[][], lon: number, lat: number): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i] as [number, number];
    const [xj, yj] = ring[j] as [number, number];
    if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}
const areas = yangpu.subdistricts.features.map((feature) => ({
  ...feature.properties,
  ring: feature.geometry.coordinates[0] as number[][],
}));

describe('the drawn district', () => {
  it('has the subdistricts of the reference data, by the same ids', () => {
    expect(areas.map((area) => area.id).sort()).toEqual(official.map((s) => s.id).sort());
  });
  it.each(official.map((s) => [s.name, s] as const))(
    '%s lies where the reference data has it',
    (_name, s) => {
      const found = areas.filter((area) => inside(area.ring, s.centre.lon, s.centre.lat));
      expect(found.map((area) => area.id)).toEqual([s.id]);
    },
  );
  it('is covered once everywhere: no gaps, no overlaps', () => {
    const outline = yangpu.district.features[0]!.geometry.coordinates[0] as number[][];
    let checked = 0;
    for (let lon = 121.4805; lon < 121.57; lon += 0.0017) {
      for (let lat = 31.2505; lat < 31.347; lat += 0.0013) {
        const count = areas.filter((area) => inside(area.ring, lon, lat)).length;
        expect([lon, lat, count]).toEqual([lon, lat, inside(outline, lon, lat) ? 1 : 0]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(3000);
  });
});
