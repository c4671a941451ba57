import { afterEach, describe, expect, it, vi } from 'vitest';
import { untilPrepared } from './untilPrepared';

function answers(...statuses: number[]) {
  const calls = vi.fn(() => {
    const status = statuses.shift() ?? 500;
    return Promise.resolve(new Response(status === 204 ? null : 'x', { status }));
  });
  vi.stubGlobal('fetch', calls);
  return calls;
}
const now = () => Promise.resolve();

describe('untilPrepared', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('asks again while the copy is made', async () => {
    const calls = answers(202, 202, 206);
    expect(await untilPrepared('/x', new AbortController().signal, now)).toBe(true);
    expect(calls).toHaveBeenCalledTimes(3);
  });

  it('stops at a refusal', async () => {
    const calls = answers(202, 404, 200);
    expect(await untilPrepared('/x', new AbortController().signal, now)).toBe(false);
    expect(calls).toHaveBeenCalledTimes(2);
  });

  it('does not ask for ever', async () => {
    const calls = answers(...Array<number>(100).fill(202));
    expect(await untilPrepared('/x', new AbortController().signal, now)).toBe(false);
    expect(calls.mock.calls.length).toBeLessThan(60);
  });

  it('stops when nobody wants it any more', async () => {
    const calls = answers(202, 200);
    const wanted = new AbortController();
    const stop = () => {
      wanted.abort();
      return Promise.resolve();
    };
    expect(await untilPrepared('/x', wanted.signal, stop)).toBe(false);
    expect(calls).toHaveBeenCalledTimes(1);
  });
});
