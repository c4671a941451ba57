// What a merchant's page says, as plain data from the server's notice: no page, no requests.
import type { MerchantNotice } from '@/api/types';
import { clock, localDay, monthDay, span } from '@/lib/time';

export interface Shown {
  tone: 'todo' | 'waiting' | 'good' | 'plain';
  headline: string;
  lines: string[];
}

const day = (time: string, now: number) =>
  localDay(time) === localDay(now) ? '今天' : monthDay(time).replace('-', '月') + '日';

/** "今天 14:30" */
export const moment = (time: string, now: number): string =>
  `${day(time, now)} ${clock(time).slice(0, 5)}`;

/** The box at the top: what this is about right now. `asked` is what was pressed on this page. */
export function shownOf(
  notice: MerchantNotice,
  now: number,
  asked: 'claim' | 'object' | null,
): Shown {
  if (notice.state === 'self_corrected') {
    return {
      tone: 'good',
      headline: '已整改到位',
      lines: ['复核看到已经恢复，感谢配合。本次提醒到此结束。'],
    };
  }
  if (asked === 'claim' || notice.state === 'rechecking') {
    return {
      tone: 'waiting',
      // A recheck also comes by itself when the time is up; only a press was "received".
      headline: asked === 'claim' ? '已收到，正在复核' : '正在复核现场',
      lines: ['摄像头会再看一次现场。看到已经恢复，本次提醒就结束，不用再做什么。'],
    };
  }
  if (asked === 'object' || notice.objection_pending) {
    return {
      tone: 'waiting',
      headline: '异议已提交',
      lines: ['工作人员会人工处理您的异议。也可以拨打下方电话说明。'],
    };
  }
  if (notice.expired) {
    return {
      tone: 'plain',
      headline: '链接已过期',
      lines: ['这条提醒的网页已不再使用。有疑问请拨打下方电话。'],
    };
  }
  if (notice.state === 'reminding' || notice.state === 'awaiting_correction') {
    const lines = [notice.what_to_do];
    if (notice.deadline) {
      const left = Date.parse(notice.deadline) - now;
      lines.push(
        left > 0
          ? `请在 ${moment(notice.deadline, now)} 前整改，还有 ${span(left)}。`
          : `整改时间 ${moment(notice.deadline, now)} 已过，仍可整改后点“已整改”。`,
      );
    }
    return { tone: 'todo', headline: '请自行整改', lines };
  }
  return { tone: 'plain', headline: notice.state_zh, lines: [notice.what_to_do].filter(Boolean) };
}
