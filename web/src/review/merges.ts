// Which open cases a finding may be another report of.
import { api, must } from '@/api/client';
import type { CaseSummary } from '@/api/types';

const MOST = 9; // the digits pick
// As the server judges it: two views of one heap, and the errors of both places.
const THING_M = 3;
const ERRORS_APART = 3;
const M_PER_DEG = 111_320;

function metres(a: CaseSummary, b: CaseSummary): number {
  const narrower = Math.cos((a.position.lat * Math.PI) / 180);
  return Math.hypot(
    (a.position.lon - b.position.lon) * narrower * M_PER_DEG,
    (a.position.lat - b.position.lat) * M_PER_DEG,
  );
}

/** Whether two places that cars measured may be one; never, where one was not measured. */
export function mayBeOnePlace(a: CaseSummary, b: CaseSummary): boolean {
  if (a.position_error_m === null || b.position_error_m === null) return false;
  const error = Math.hypot(a.position_error_m, b.position_error_m);
  return metres(a, b) <= THING_M + ERRORS_APART * error;
}

/** Of the same camera; of a car's finding those near it, the nearest first, whichever car saw them. */
export async function mergesFor(target: CaseSummary): Promise<CaseSummary[]> {
  const measured = target.position_error_m !== null;
  const query = measured
    ? { open: true, violation: target.violation, subdistrict: target.subdistrict, limit: 200 }
    : { open: true, camera: target.camera.id, limit: 20 };
  const page = await must(api.GET('/api/v1/cases', { params: { query } }));
  const others = page.items.filter((entry) => entry.id !== target.id);
  if (!measured) return others.slice(0, MOST);
  return others
    .filter(
      (entry) => mayBeOnePlace(target, entry) || (target.shop && entry.shop?.id === target.shop.id),
    )
    .sort((a, b) => metres(target, a) - metres(target, b))
    .slice(0, MOST);
}
