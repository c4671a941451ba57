// Times in words. The server speaks UTC; screens speak the district's clock (UTC+8, no summer time).

const district = 'Asia/Shanghai';
const clockFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone: district,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const dayFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone: district,
  month: '2-digit',
  day: '2-digit',
});
const isoDayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: district });

type Moment = string | number;
const ms = (time: Moment) => (typeof time === 'number' ? time : Date.parse(time));

/** "14:03:21" */
export const clock = (time: Moment): string => clockFormat.format(ms(time));
/** "03-01" */
export const monthDay = (time: Moment): string => dayFormat.format(ms(time)).replace('/', '-');
/** "2026-03-01", the local day of the district */
export const localDay = (time: Moment): string => isoDayFormat.format(ms(time));
/** "2026-03-01 14:03:21", where neither day nor second may be guessed. */
export const fullTime = (time: Moment): string => `${localDay(time)} ${clock(time)}`;
/** "14:03:21" today, "03-01 14:03" otherwise. */
export function when(time: Moment, now: number): string {
  if (localDay(time) === localDay(now)) return clock(time);
  return `${monthDay(time)} ${clock(time).slice(0, 5)}`;
}

/** A span in the two largest fitting units at most: "45 秒", "3 分 20 秒", "2 小时 5 分", "3 天". */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} 秒`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 ? `${minutes} 分 ${seconds % 60} 秒` : `${minutes} 分`;
  if (minutes < 60) return `${minutes} 分钟`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} 小时 ${minutes % 60} 分` : `${hours} 小时`;
  return `${Math.floor(hours / 24)} 天`;
}

/** "刚刚", "12 秒前", "3 分 20 秒前". A time in the future (clocks differ) is "刚刚". */
export function ago(time: Moment, now: number): string {
  const age = now - ms(time);
  return age < 2000 ? '刚刚' : `${span(age)}前`;
}

export interface Due {
  text: string;
  /** late: past the limit · soon: within the last fifth or 10 minutes · fine */
  tone: 'late' | 'soon' | 'fine';
}

/** What is left until a limit. `start` is when the limit began to run. */
export function due(limit: Moment, now: number, start?: Moment): Due {
  const left = ms(limit) - now;
  if (left < 0) return { text: `超时 ${span(-left)}`, tone: 'late' };
  const whole = start === undefined ? 0 : ms(limit) - ms(start);
  const soon = left < Math.max(whole / 5, Math.min(600_000, whole / 2));
  return { text: `剩 ${span(left)}`, tone: soon ? 'soon' : 'fine' };
}
