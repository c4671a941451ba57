import { describe, expect, it } from 'vitest';
import { ago, clock, due, fullTime, localDay, span, when } from './time';

const noon = Date.parse('2026-03-01T04:00:00.000Z');

describe('the district’s clock', () => {
  it('is eight hours ahead of UTC wherever the screen stands', () => {
    expect(clock('2026-03-01T16:05:09.000Z')).toBe('00:05:09');
    expect(localDay('2026-03-01T16:05:09.000Z')).toBe('2026-03-02');
    expect(fullTime('2026-03-01T16:05:09.000Z')).toBe('2026-03-02 00:05:09');
  });
  it('names the day only when it is another', () => {
    expect(when('2026-03-01T03:00:00.000Z', noon)).toBe('11:00:00');
    expect(when('2026-02-28T15:59:59.000Z', noon)).toBe('02-28 23:59');
  });
});

describe('span', () => {
  it.each([
    [-5, '0 秒'],
    [59_999, '59 秒'],
    [60_000, '1 分'],
    [200_000, '3 分 20 秒'],
    [659_000, '10 分钟'],
    [3_600_000, '1 小时'],
    [7_500_000, '2 小时 5 分'],
    [72 * 3_600_000, '3 天'],
  ])('%i ms is %s', (ms, words) => expect(span(ms)).toBe(words));
});

it('ago takes a clock that runs ahead for now', () => {
  expect(ago(noon + 90_000, noon)).toBe('刚刚');
  expect(ago(noon - 45_000, noon)).toBe('45 秒前');
});

describe('due', () => {
  it('is late past the limit', () => {
    expect(due(noon - 61_000, noon)).toEqual({ text: '超时 1 分 1 秒', tone: 'late' });
  });
  it('warns in the last fifth of a long limit', () => {
    const day = 24 * 3_600_000;
    expect(due(noon + day / 4, noon, noon + day / 4 - day).tone).toBe('fine');
    expect(due(noon + day / 6, noon, noon + day / 6 - day).tone).toBe('soon');
  });
  it('does not warn for the whole of a short limit', () => {
    expect(due(noon + 50_000, noon, noon - 10_000).tone).toBe('fine');
    expect(due(noon + 20_000, noon, noon - 40_000).tone).toBe('soon');
  });
});
