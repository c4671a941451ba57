import { describe, expect, it } from 'vitest';
import type { CaseSummary } from '@/api/types';
import { caseQuery, filtersOf, matches, queryOf } from './filters';

describe('the page’s address', () => {
  it('comes back as it went', () => {
    const query = {
      state: 'reported',
      open: 'true',
      overdue: 'true',
      order: 'oldest',
      camera: 'cam-1',
    };
    expect(queryOf(filtersOf(query))).toEqual(query);
  });
  it('stays empty for defaults and drops what it does not know', () => {
    expect(
      queryOf(filtersOf({ open: 'maybe', order: 'sideways', what: '1', state: ['a', 'b'] })),
    ).toEqual({});
  });
  it('asks the server only for what is set', () => {
    expect(JSON.parse(JSON.stringify(caseQuery(filtersOf({ open: 'false' }))))).toEqual({
      open: false,
      order: 'newest',
    });
  });
});

describe('matches', () => {
  const item = (extra: Partial<CaseSummary> = {}) =>
    ({
      state: 'reported',
      violation: 'v',
      subdistrict: 's',
      camera: { id: 'c', name: '' },
      shop: null,
      overdue: false,
      ...extra,
    }) as CaseSummary;
  it.each([
    [{}, true],
    [{ state: 'reported' }, true],
    [{ state: 'accepted,reported' }, true],
    [{ state: 'accepted' }, false],
    [{ open: 'true' }, true],
    [{ open: 'false' }, false],
    [{ overdue: 'true' }, false],
    [{ shop: 'x' }, false],
    [{ camera: 'c', violation: 'v' }, true],
  ])('%j is %s', (query, fits) => expect(matches(filtersOf(query), item())).toBe(fits));
});
