// Polygons in the picture (0..1 of width and height), as data: what may be drawn, and what is wrong
// with it, in the server's own terms and paths. Nothing here draws.
import type { Zone } from '@/api/types';

export type Point = [number, number];

export interface Fault {
  zone: number;
  /** The corner it is about; undefined: the zone as a whole. */
  point?: number;
  message: string;
}

export const POINTS_MAX = 64;
const AREA_MIN = 0.0005;
const EDGE = 0.015;

const cross = (o: Point, a: Point, b: Point) =>
  (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
const between = (a: Point, b: Point, p: Point) =>
  Math.min(a[0], b[0]) <= p[0] &&
  p[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= p[1] &&
  p[1] <= Math.max(a[1], b[1]);

function signs(a: Point, b: Point, c: Point, d: Point) {
  return [cross(c, d, a), cross(c, d, b), cross(a, b, c), cross(a, b, d)] as const;
}
/** Whether two edges cut through each other; touching is not cutting. */
function cut(a: Point, b: Point, c: Point, d: Point): boolean {
  const [d1, d2, d3, d4] = signs(a, b, c, d);
  return d1 * d2 < 0 && d3 * d4 < 0;
}
function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [d1, d2, d3, d4] = signs(a, b, c, d);
  if (d1 * d2 < 0 && d3 * d4 < 0) return true;
  return (
    (d1 === 0 && between(c, d, a)) ||
    (d2 === 0 && between(c, d, b)) ||
    (d3 === 0 && between(a, b, c)) ||
    (d4 === 0 && between(a, b, d))
  );
}

const next = (polygon: Point[], i: number) => polygon[(i + 1) % polygon.length]!;

export function area(polygon: Point[]): number {
  const twice = polygon.reduce((sum, a, i) => {
    const b = next(polygon, i);
    return sum + a[0] * b[1] - b[0] * a[1];
  }, 0);
  return Math.abs(twice) / 2;
}

/** The two edges (by their first corner) that meet, null when none do. */
export function crossing(polygon: Point[]): [number, number] | null {
  const n = polygon.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue; // neighbours share a corner
      if (meet(polygon[i]!, next(polygon, i), polygon[j]!, next(polygon, j))) return [i, j];
    }
  }
  return null;
}

export function inside(p: Point, polygon: Point[]): boolean {
  let within = false;
  polygon.forEach((a, i) => {
    const b = next(polygon, i);
    if (a[1] > p[1] !== b[1] > p[1]) {
      const x = ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0];
      if (p[0] < x) within = !within;
    }
  });
  return within;
}

function innerPoint(polygon: Point[]): Point {
  const xs = polygon.map((p) => p[0]);
  const ys = polygon.map((p) => p[1]);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  for (let row = 1; row < 64; row++) {
    for (let column = 1; column < 64; column++) {
      const p: Point = [left + (width * column) / 64, top + (height * row) / 64];
      if (inside(p, polygon)) return p;
    }
  }
  return polygon[0]!;
}

export function overlap(a: Point[], b: Point[]): boolean {
  const edges = a.some((p, i) => b.some((q, j) => cut(p, next(a, i), q, next(b, j))));
  return edges || inside(innerPoint(a), b) || inside(innerPoint(b), a);
}

export const pointsOf = (zone: Zone): Point[] => zone.polygon as Point[];

function faultOf(polygon: Point[]): { point?: number; message: string } | null {
  const n = polygon.length;
  if (n < 3 || n > POINTS_MAX) return { message: `有 ${n} 个点，应为 3 到 ${POINTS_MAX} 个` };
  const out = polygon.findIndex(([x, y]) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1));
  if (out >= 0) return { point: out, message: '这个点在画面之外' };
  const twice = polygon.findIndex((p, i) => {
    const q = next(polygon, i);
    return p[0] === q[0] && p[1] === q[1];
  });
  if (twice >= 0) return { point: twice, message: '这个点与后一个点重合，请去掉一个' };
  const crossed = crossing(polygon);
  if (crossed) {
    const message = `边线自相交：从第 ${crossed[0] + 1} 点和第 ${crossed[1] + 1} 点出发的两条边相遇`;
    return { point: crossed[0], message };
  }
  return area(polygon) < AREA_MIN ? { message: '区域太小，看不出东西' } : null;
}

/** Everything wrong with the zones of one camera; `shops`: the shops known, null when not known. */
export function faultsOf(zones: Zone[], shops: ReadonlySet<string> | null): Fault[] {
  const faults: Fault[] = [];
  zones.forEach((zone, index) => {
    const own = faultOf(pointsOf(zone));
    if (own) faults.push({ zone: index, ...own });
    if (zone.shop && shops && !shops.has(zone.shop)) {
      faults.push({ zone: index, message: `没有商户“${zone.shop}”` });
    }
    for (const rule of zone.watch ?? []) {
      if (rule.dwell_s < 3) faults.push({ zone: index, message: '停留时间至少 3 秒' });
    }
    if (own || zone.kind !== 'privacy_mask') return;
    zones.forEach((other, at) => {
      if (at <= index || other.kind !== 'privacy_mask' || faultOf(pointsOf(other))) return;
      if (overlap(pointsOf(zone), pointsOf(other))) {
        faults.push({ zone: at, message: `与隐私遮挡“${zone.id}”重叠，请并成一块` });
      }
    });
  });
  return faults;
}

/** The server's "zones[2].polygon[3]" as a fault; null when it is about something else. */
export function faultFrom(field: string | undefined, message: string): Fault | null {
  const found = /^zones\[(\d+)\](?:\.polygon\[(\d+)\])?/.exec(field ?? '');
  if (!found) return null;
  const words = message.replace(/^zones\S*[:：]\s*/, '');
  const fault: Fault = { zone: Number(found[1]), message: words };
  if (found[2] !== undefined) fault.point = Number(found[2]);
  return fault;
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const round = (value: number) => Math.round(value * 10000) / 10000;

/** Where a point dropped at `p` comes to lie: on the picture's edge or a corner nearby, if any. */
export function snapped(p: Point, corners: Point[] = []): Point {
  const near = corners.find((c) => Math.hypot(c[0] - p[0], c[1] - p[1]) < EDGE);
  if (near) return [near[0], near[1]];
  const edge = (value: number) => (value < EDGE ? 0 : value > 1 - EDGE ? 1 : round(value));
  return [edge(clamp(p[0])), edge(clamp(p[1]))];
}

/** The polygon moved as a whole, as far as the picture allows. */
export function moved(polygon: Point[], by: Point): Point[] {
  const xs = polygon.map((p) => p[0]);
  const ys = polygon.map((p) => p[1]);
  const dx = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), by[0]));
  const dy = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), by[1]));
  return polygon.map(([x, y]) => [round(x + dx), round(y + dy)]);
}
