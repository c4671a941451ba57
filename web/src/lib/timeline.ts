// A camera's spans of health as bars on a line of time. Pure.
import type { CameraHistory } from '@/api/types';

export type HealthSpan = CameraHistory['items'][number];

export interface Bar {
  span: HealthSpan;
  /** Percent of the line, from the left. */
  left: number;
  width: number;
}

/** Bars of what lies between `from` and `until` (milliseconds), oldest first. */
export function barsOf(spans: HealthSpan[], from: number, until: number): Bar[] {
  const whole = until - from;
  const bars: Bar[] = [];
  for (const span of spans) {
    const begin = Math.max(from, Date.parse(span.from));
    const end = Math.min(until, span.until === null ? until : Date.parse(span.until));
    if (end <= begin) continue;
    bars.push({ span, left: ((begin - from) / whole) * 100, width: ((end - begin) / whole) * 100 });
  }
  return bars.reverse();
}

/** Share of the known time in which the camera could see, 0..1; null when nothing is known. */
export function availability(bars: Bar[]): number | null {
  const known = bars.filter((bar) => bar.span.state !== 'unknown');
  const all = known.reduce((sum, bar) => sum + bar.width, 0);
  if (all === 0) return null;
  const good = known.filter((bar) => bar.span.state === 'ok');
  return good.reduce((sum, bar) => sum + bar.width, 0) / all;
}

/** "每 2–10 秒", null where the period is not known. */
export function periodWords(span: HealthSpan): string | null {
  if (span.period_min_s === null || span.period_max_s === null) return null;
  const short = (value: number) => value.toFixed(value < 10 ? 1 : 0);
  const [a, b] = [short(span.period_min_s), short(span.period_max_s)];
  return a === b ? `每 ${a} 秒` : `每 ${a}–${b} 秒`;
}
