import { describe, expect, it } from 'vitest';
import { availability, barsOf, periodWords, type HealthSpan } from './timeline';

const span = (state: HealthSpan['state'], from: number, until: number | null): HealthSpan => ({
  state,
  state_zh: state,
  message: '',
  from: new Date(from).toISOString(),
  until: until === null ? null : new Date(until).toISOString(),
  period_min_s: 2,
  period_max_s: 10,
});

describe('timeline', () => {
  const spans = [span('ok', 8000, null), span('lost', 6000, 8000), span('unknown', 0, 6000)];
  it('cuts spans to what is shown, oldest first', () => {
    const bars = barsOf(spans, 2000, 12000);
    expect(bars.map((bar) => [bar.span.state, bar.left, bar.width])).toEqual([
      ['unknown', 0, 40],
      ['lost', 40, 20],
      ['ok', 60, 40],
    ]);
  });
  it('counts only what is known', () => {
    expect(availability(barsOf(spans, 2000, 12000))).toBeCloseTo(2 / 3);
    expect(availability([])).toBeNull();
  });
  it('says the period', () => {
    expect(periodWords(spans[0]!)).toBe('每 2.0–10 秒');
    expect(periodWords({ ...spans[0]!, period_min_s: null })).toBeNull();
  });
});
