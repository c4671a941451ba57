const units = ['字节', 'KB', 'MB', 'GB', 'TB'];

/** "812 字节", "3.4 MB", "120 MB": at most three digits that matter, in steps of 1024. */
export function sizeOf(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.5 and more would be rounded up to a number of four digits.
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}
