// The case list's filters: as a form, as the page's address, and as the interface's query.
import type { CaseSummary } from '@/api/types';
import { isEnd } from './tones';

export interface Filters {
  open: '' | 'true' | 'false';
  state: string;
  violation: string;
  subdistrict: string;
  camera: string;
  shop: string;
  team: string;
  overdue: boolean;
  order: 'newest' | 'oldest';
}

const words = ['state', 'violation', 'subdistrict', 'camera', 'shop', 'team'] as const;
type Query = Record<string, unknown>;

/** Reads the page's address; what it does not know is left out. */
export function filtersOf(query: Query): Filters {
  const word = (name: string) => (typeof query[name] === 'string' ? (query[name] as string) : '');
  const open = word('open');
  return {
    open: open === 'true' || open === 'false' ? open : '',
    state: word('state'),
    violation: word('violation'),
    subdistrict: word('subdistrict'),
    camera: word('camera'),
    shop: word('shop'),
    team: word('team'),
    overdue: word('overdue') === 'true',
    order: word('order') === 'oldest' ? 'oldest' : 'newest',
  };
}

/** Only what differs from the defaults, so that addresses stay short. */
export function queryOf(filters: Filters): Record<string, string> {
  const query: Record<string, string> = {};
  for (const name of words) if (filters[name]) query[name] = filters[name];
  if (filters.open) query.open = filters.open;
  if (filters.overdue) query.overdue = 'true';
  if (filters.order !== 'newest') query.order = filters.order;
  return query;
}

export function caseQuery(filters: Filters) {
  const some = (value: string) => value || undefined;
  return {
    state: some(filters.state),
    violation: some(filters.violation),
    subdistrict: some(filters.subdistrict),
    camera: some(filters.camera),
    shop: some(filters.shop),
    team: some(filters.team),
    open: filters.open ? filters.open === 'true' : undefined,
    overdue: filters.overdue || undefined,
    order: filters.order,
  };
}

/** Whether a case that just came in belongs to what is shown (a team is not part of a summary). */
export function matches(filters: Filters, item: CaseSummary): boolean {
  if (filters.team) return false;
  if (filters.state && !filters.state.split(',').includes(item.state)) return false;
  if (filters.violation && filters.violation !== item.violation) return false;
  if (filters.subdistrict && filters.subdistrict !== item.subdistrict) return false;
  if (filters.camera && filters.camera !== item.camera.id) return false;
  if (filters.shop && filters.shop !== item.shop?.id) return false;
  if (filters.overdue && !item.overdue) return false;
  return !filters.open || (filters.open === 'true') === !isEnd(item.state);
}
