import { describe, expect, it } from 'vitest';
import { accessKinds, deletionCauses, labelName, wordFor } from './labels';

describe('words for keys', () => {
  it('are Chinese where the key is known', () => {
    expect(labelName('stall')).toBe('摊位');
    expect(wordFor(accessKinds, 'original')).toBe('原始图像');
    expect(wordFor(deletionCauses, 'case_ended')).toBe('案件期满');
  });
  it.each(['hologram', '', 'constructor', '__proto__'])(
    'are the key itself otherwise: %j',
    (key) => {
      expect(labelName(key)).toBe(key);
      expect(wordFor(accessKinds, key)).toBe(key);
    },
  );
});
