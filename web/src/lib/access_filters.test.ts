import { describe, expect, it } from 'vitest';
import { accessFiltersOf, accessQuery, addressOf, faultOf, minuteOf } from './access_filters';

const CASE = 'C01KBFQ2S9Z8T7R6P5N4M3K2J1H';
const HASH = 'ab'.repeat(32);

describe('the page’s address', () => {
  it('comes back as it went', () => {
    const query = {
      user: 'merchant:shop-1',
      case: CASE,
      blob: HASH,
      what: 'original',
      from: '2026-03-01T08:00',
      until: '2026-03-02T00:00',
    };
    expect(addressOf(accessFiltersOf(query))).toEqual(query);
  });
  it('stays empty for what cannot be meant', () => {
    const query = {
      user: ['a', 'b'],
      case: null,
      what: 'x'.repeat(513),
      from: 'yesterday',
      until: '2026-02-31T00:00',
      colour: 'red',
    };
    expect(addressOf(accessFiltersOf(query))).toEqual({});
  });
  it('keeps a kind it has never heard of', () => {
    expect(addressOf(accessFiltersOf({ what: 'hologram' }))).toEqual({ what: 'hologram' });
  });
});

describe('what the server is asked', () => {
  it('is only what is set, with times in UTC', () => {
    const filters = accessFiltersOf({
      what: 'clip',
      from: '2026-03-01T07:30',
      until: '2026-03-01T08:00',
    });
    expect(accessQuery(filters)).toEqual({
      what: 'clip',
      from: '2026-02-28T23:30:00.000Z',
      until: '2026-03-01T00:00:00.000Z',
    });
  });
});

describe('a minute', () => {
  it.each(['', '0202-03-01T08:00', '2026-13-01T08:00', '2026-03-01', '2026-03-01T08:00:00Z'])(
    'is not %j',
    (text) => expect(minuteOf(text)).toBeNull(),
  );
  it('is told on the district’s clock wherever the browser is', () => {
    expect(minuteOf('2026-03-01T08:00')).toBe(Date.UTC(2026, 2, 1));
  });
});

describe('faults', () => {
  const fault = (query: Record<string, string>) => faultOf(accessFiltersOf(query));
  it('are none where everything can be meant', () => {
    expect(fault({})).toBeNull();
    expect(fault({ case: ` ${CASE} `, blob: HASH })).toBeNull();
    expect(fault({ from: '2026-03-01T08:00', until: '2026-03-01T08:01' })).toBeNull();
  });
  it.each([
    [{ case: 'C01' }, 'case', 'C01'],
    [{ case: CASE.toLowerCase() }, 'case', '大写'],
    [{ blob: 'abc' }, 'blob', 'abc'],
    [{ from: '2026-03-01T08:00', until: '2026-03-01T08:00' }, 'until', '晚于'],
  ])('%j is told at %s', (query, field, word) => {
    expect(fault(query)).toMatchObject({ field, message: expect.stringContaining(word) });
  });
});
