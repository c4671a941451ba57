// Reasons a reviewer gives most, under the digit keys. Free words are always possible.
export const rejectReasons = [
  '误识别，不是违法行为',
  '已自行消除',
  '在准许区域或准许时段内',
  '临时装卸，时间很短',
  '位置或商户不符',
  '画面不清，无法判断',
  '市政或公共设施',
  '重复发现',
] as const;

/** The last digit opens a field for other words. */
export const OTHER_INDEX = rejectReasons.length;
