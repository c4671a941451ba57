// Words for what the server names by a key. A key that is not here is shown as it is: a console may be
// older than its server, and a list must never break over one row.
type Words = ReadonlyMap<string, string>;
export const wordFor = (words: Words, key: string): string => words.get(key) ?? key;

/** What the watcher calls a thing. Without a detector it only knows that something stays. */
const things: Words = new Map([
  ['object', '停留物品'],
  ['goods', '货物'],
  ['stall', '摊位'],
  ['pile', '堆物'],
  ['signboard', '招牌'],
  ['laundry', '晾晒物'],
  ['vehicle', '车辆'],
  ['person', '人员'],
]);
export const labelName = (label: string): string => wordFor(things, label);

/** What was looked at, by the access log's `what`. */
export const accessKinds: Words = new Map([
  ['picture', '图片'],
  ['thumbnail', '缩略图'],
  ['clip', '视频片段'],
  ['original', '原始图像'],
  ['original_clip', '原始视频'],
  ['camera_picture', '探头画面'],
  ['upload', '上传的图片'],
  ['missed', '未逐条记下'],
]);

/** Why retention deleted something. */
export const deletionCauses: Words = new Map([
  ['case_ended', '案件期满'],
  ['unreferenced', '没有案件引用'],
]);
