import { describe, expect, it } from 'vitest';
import { inTurn } from './in_turn';

describe('inTurn', () => {
  it('reads once more for all that was asked meanwhile, after the answer', async () => {
    const answers: (() => void)[] = [];
    let begun = 0;
    const read = inTurn(() => {
      begun += 1;
      return new Promise((done) => answers.push(done));
    });
    const first = read();
    void read();
    const last = read();
    expect(begun).toBe(1);
    answers[0]!();
    await Promise.resolve();
    await Promise.resolve();
    expect(begun).toBe(2);
    answers[1]!();
    await Promise.all([first, last]);
    void read();
    expect(begun).toBe(3);
  });

  it('can be asked again after a failure', async () => {
    let fail = true;
    const read = inTurn(() => (fail ? Promise.reject(new Error('away')) : Promise.resolve()));
    await expect(read()).rejects.toThrow('away');
    fail = false;
    await expect(read()).resolves.toBeUndefined();
  });
});
