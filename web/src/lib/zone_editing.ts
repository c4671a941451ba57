// Drawing zones as data: the zones, which one is in hand, and the way back. No pointer, no picture.
import type { Zone } from '@/api/types';
import { moved, pointsOf, POINTS_MAX, snapped, type Point } from './polygon';

export const STEPS_BACK_MAX = 100;

export interface Drawing {
  zones: Zone[];
  selected: number | null;
  /** Corners of a zone not yet closed. */
  draft: Point[] | null;
  past: Zone[][];
  future: Zone[][];
}

export const open = (zones: Zone[]): Drawing => ({
  // Plain copies: what comes from a screen is wrapped by it.
  zones: JSON.parse(JSON.stringify(zones)) as Zone[],
  selected: zones.length > 0 ? 0 : null,
  draft: null,
  past: [],
  future: [],
});

/** A change that can be taken back. */
export function change(drawing: Drawing, zones: Zone[], selected = drawing.selected): Drawing {
  const past = [...drawing.past, drawing.zones].slice(-STEPS_BACK_MAX);
  return { ...drawing, zones, selected, past, future: [] };
}

export function undo(drawing: Drawing): Drawing {
  if (drawing.draft) {
    const draft = drawing.draft.slice(0, -1);
    return { ...drawing, draft: draft.length > 0 ? draft : null };
  }
  const zones = drawing.past.at(-1);
  if (!zones) return drawing;
  const future = [drawing.zones, ...drawing.future];
  return { ...keep(drawing, zones), past: drawing.past.slice(0, -1), future };
}
export function redo(drawing: Drawing): Drawing {
  const zones = drawing.future[0];
  if (!zones) return drawing;
  const past = [...drawing.past, drawing.zones];
  return { ...keep(drawing, zones), past, future: drawing.future.slice(1) };
}
function keep(drawing: Drawing, zones: Zone[]): Drawing {
  const selected = drawing.selected === null ? null : Math.min(drawing.selected, zones.length - 1);
  return { ...drawing, zones, selected: selected !== null && selected < 0 ? null : selected };
}

const withPoints = (drawing: Drawing, zone: number, polygon: Point[]): Zone[] =>
  drawing.zones.map((one, i) => (i === zone ? { ...one, polygon } : one));
const cornersBut = (drawing: Drawing, zone: number): Point[] =>
  drawing.zones.flatMap((one, i) => (i === zone ? [] : pointsOf(one)));

/** `lasting`: the end of a drag, which becomes one step back; the way there is none. */
export function movePoint(
  drawing: Drawing,
  zone: number,
  point: number,
  to: Point,
  lasting = true,
): Drawing {
  const polygon = [...pointsOf(drawing.zones[zone]!)];
  polygon[point] = snapped(to, cornersBut(drawing, zone));
  const zones = withPoints(drawing, zone, polygon);
  return lasting ? change(drawing, zones) : { ...drawing, zones };
}
export function moveZone(drawing: Drawing, zone: number, by: Point, lasting = true): Drawing {
  const zones = withPoints(drawing, zone, moved(pointsOf(drawing.zones[zone]!), by));
  return lasting ? change(drawing, zones) : { ...drawing, zones };
}
/** A corner halfway to the next one. */
export function addPoint(drawing: Drawing, zone: number, after: number, at?: Point): Drawing {
  const polygon = [...pointsOf(drawing.zones[zone]!)];
  if (polygon.length >= POINTS_MAX) return drawing;
  const a = polygon[after]!;
  const b = polygon[(after + 1) % polygon.length]!;
  const middle: Point = at ? snapped(at) : snapped([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  polygon.splice(after + 1, 0, middle);
  return change(drawing, withPoints(drawing, zone, polygon));
}
/** Three corners stay: a zone is taken away as a whole. */
export function removePoint(drawing: Drawing, zone: number, point: number): Drawing {
  const polygon = pointsOf(drawing.zones[zone]!);
  if (polygon.length <= 3) return drawing;
  const rest = polygon.filter((_, i) => i !== point);
  return change(drawing, withPoints(drawing, zone, rest));
}

function freeId(zones: Zone[]): string {
  let number = zones.length + 1;
  while (zones.some((zone) => zone.id === `zone-${number}`)) number += 1;
  return `zone-${number}`;
}
export function draftPoint(drawing: Drawing, at: Point): Drawing {
  const draft = drawing.draft ?? [];
  if (draft.length >= POINTS_MAX) return drawing;
  const corners = drawing.zones.flatMap(pointsOf);
  return { ...drawing, selected: null, draft: [...draft, snapped(at, corners)] };
}
/** Makes the draft a zone; with fewer than three corners there is nothing to make. */
export function closeDraft(drawing: Drawing): Drawing {
  if (!drawing.draft || drawing.draft.length < 3) return drawing;
  return addZone({ ...drawing, draft: null }, drawing.draft);
}
export function addZone(drawing: Drawing, polygon: Point[]): Drawing {
  const zone: Zone = { id: freeId(drawing.zones), kind: 'pavement', polygon, watch: [] };
  return change(drawing, [...drawing.zones, zone], drawing.zones.length);
}
export function removeZone(drawing: Drawing, zone: number): Drawing {
  const zones = drawing.zones.filter((_, i) => i !== zone);
  return change(drawing, zones, zones.length > 0 ? Math.min(zone, zones.length - 1) : null);
}
export function edit(drawing: Drawing, zone: number, facts: Partial<Zone>): Drawing {
  const zones = drawing.zones.map((one, i) => (i === zone ? { ...one, ...facts } : one));
  return change(drawing, zones);
}
