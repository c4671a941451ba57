// What the watcher calls a thing, in words. Without a detector it only knows that something stays.
const words: Record<string, string> = {
  object: '停留物品',
  goods: '货物',
  stall: '摊位',
  pile: '堆物',
  signboard: '招牌',
  laundry: '晾晒物',
  vehicle: '车辆',
  person: '人员',
};

export const labelName = (label: string): string => words[label] ?? label;
