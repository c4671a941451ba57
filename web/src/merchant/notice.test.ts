import { describe, expect, it } from 'vitest';
import type { MerchantNotice } from '@/api/types';
import { shownOf } from './notice';

const now = Date.parse('2026-03-01T04:00:00.000Z');
const notice = (extra: Partial<MerchantNotice> = {}): MerchantNotice => ({
  shop: '鲜丰水果',
  address: '国权路 1 号',
  violation_zh: '跨门经营',
  seen_at: '2026-03-01T03:50:00.000Z',
  deadline: '2026-03-01T04:20:00.000Z',
  picture: null,
  state: 'awaiting_correction',
  state_zh: '待自纠',
  what_to_do: '请收回店内',
  phone: '12319',
  can_claim: true,
  can_object: true,
  expired: false,
  agency: '杨浦城管',
  objection_pending: false,
  ...extra,
});
const text = (extra: Partial<MerchantNotice>, asked: 'claim' | 'object' | null = null) => {
  const shown = shownOf(notice(extra), now, asked);
  return `${shown.tone} ${shown.headline} ${shown.lines.join(' ')}`;
};

describe('what the merchant reads', () => {
  it('what to do and by when', () => {
    expect(text({})).toContain('todo 请自行整改 请收回店内 请在 今天 12:20 前整改，还有 20 分钟');
  });
  it('that it may still be put right after the time', () => {
    expect(text({ deadline: '2026-03-01T03:59:00.000Z' })).toContain('已过');
  });
  it('that the answer has been taken', () => {
    expect(text({}, 'claim')).toContain('waiting 已收到');
    expect(text({ state: 'rechecking' }, 'claim')).toContain('waiting 已收到');
    expect(text({ state: 'rechecking' })).toContain('waiting 正在复核现场');
    expect(text({}, 'object')).toContain('异议已提交');
    expect(text({ objection_pending: true })).toContain('异议已提交');
  });
  it('that it is over, whatever was pressed', () => {
    expect(text({ state: 'self_corrected' }, 'claim')).toContain('good 已整改到位');
    expect(text({ state: 'self_corrected', expired: true })).toContain('good');
  });
  it('that the link is spent', () => {
    expect(text({ expired: true })).toContain('链接已过期');
  });
  it('how far the case is otherwise', () => {
    expect(text({ state: 'dispatched', state_zh: '待签收' })).toContain('plain 待签收');
  });
});
