import { expect, it } from 'vitest';
import { sizeOf } from './size';

it.each([
  [0, '0 字节'],
  [812, '812 字节'],
  [1024, '1.0 KB'],
  [10_188, '9.9 KB'],
  [10_230, '10 KB'],
  [1_048_100, '1.0 MB'],
  [1_048_575, '1.0 MB'],
  [3_565_158, '3.4 MB'],
  [5_000 * 2 ** 40, '5000 TB'],
])('%d bytes are %s', (bytes, words) => expect(sizeOf(bytes)).toBe(words));
