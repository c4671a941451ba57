// The access log's filters: as the page's address, as a form, and as the interface's query.
//
// Times are typed and kept in the address on the district's clock to the minute, "2026-03-01T08:00";
// the server is asked in UTC. `until` is the first moment that is no longer meant.

export interface AccessFilters {
  user: string;
  case: string;
  blob: string;
  what: string;
  from: string;
  until: string;
}
export type AccessFilterName = keyof AccessFilters;
export interface FilterFault {
  field: AccessFilterName;
  message: string;
}

const names = ['user', 'case', 'blob', 'what', 'from', 'until'] as const;
const caseId = /^C[0-9A-HJKMNP-TV-Z]{26}$/;
const hash = /^[0-9a-f]{64}$/;
// The limit of the server for one parameter, in bytes; no id comes near it.
const LENGTH_MAX = 512;

/** A minute on the district's clock as milliseconds, null for anything else (a year half typed, say). */
export function minuteOf(text: string): number | null {
  if (!/^2\d{3}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return null;
  const utc = Date.parse(`${text}:00Z`);
  // Date.parse takes 2026-02-31 for the third of March; such a day was not meant.
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 16) !== text) return null;
  return utc - 8 * 3_600_000;
}

/** Reads the page's address; what cannot be meant is left out. */
export function accessFiltersOf(query: Record<string, unknown>): AccessFilters {
  const word = (name: AccessFilterName) => {
    const value = query[name];
    return typeof value === 'string' && value.length <= LENGTH_MAX ? value.trim() : '';
  };
  const minute = (name: 'from' | 'until') => (minuteOf(word(name)) === null ? '' : word(name));
  return {
    user: word('user'),
    case: word('case'),
    blob: word('blob'),
    what: word('what'),
    from: minute('from'),
    until: minute('until'),
  };
}

/** For the page's address: only what is set. */
export function addressOf(filters: AccessFilters): Record<string, string> {
  const query: Record<string, string> = {};
  for (const name of names) if (filters[name]) query[name] = filters[name];
  return query;
}

/** For the interface. */
export function accessQuery(filters: AccessFilters): Partial<AccessFilters> {
  const query: Partial<AccessFilters> = addressOf(filters);
  for (const name of ['from', 'until'] as const) {
    const minute = minuteOf(filters[name]);
    if (minute !== null) query[name] = new Date(minute).toISOString();
  }
  return query;
}

/** The first thing that can match nothing, in words for whoever typed it; null when there is none. */
export function faultOf(filters: AccessFilters): FilterFault | null {
  if (filters.case && !caseId.test(filters.case)) {
    const message = `案件编号“${filters.case}”不对：应为 C 开头的 27 位数字和大写字母`;
    return { field: 'case', message };
  }
  if (filters.blob && !hash.test(filters.blob)) {
    return { field: 'blob', message: `图片哈希“${filters.blob}”不对：应为 64 位十六进制数` };
  }
  const from = minuteOf(filters.from);
  const until = minuteOf(filters.until);
  if (from !== null && until !== null && until <= from) {
    return { field: 'until', message: '截止时间应晚于起始时间' };
  }
  return null;
}
