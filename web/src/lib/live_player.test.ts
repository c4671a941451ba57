import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LivePlayer, type LiveState } from './live_player';

class FakeSource extends EventTarget {
  static isTypeSupported = (type: string) => type.includes('avc1');
}
const video = { removeAttribute: () => {}, load: () => {}, src: '' } as unknown as HTMLVideoElement;
const problem = (status: number, code: string, detail: string) =>
  new Response(JSON.stringify({ type: 'x', title: 'x', status, code, detail }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

function watch(answers: (() => Response)[]) {
  const said: [LiveState, string][] = [];
  let asked = 0;
  const player = new LivePlayer(video, 'cam/1', {
    state: (state, words) => said.push([state, words]),
    fetch: (async (url: string) => {
      expect(url).toBe('/api/v1/cameras/cam%2F1/live');
      return answers[Math.min(asked++, answers.length - 1)]!();
    }) as unknown as typeof fetch,
  });
  return { player, said, asked: () => asked };
}

describe('the live player', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('MediaSource', FakeSource);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('says the server’s reason and tries no more', async () => {
    const { player, said, asked } = watch([() => problem(409, 'not_allowed_in_state', '有遮挡')]);
    player.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said.at(-1)![0]).toBe('refused');
    expect(said.at(-1)![1]).toContain('有遮挡');
    expect(asked()).toBe(1);
  });
  it('tries again while the camera is away, and no more once stopped', async () => {
    const { player, said, asked } = watch([() => problem(503, 'unavailable', '没有画面')]);
    player.start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(said.map(([, words]) => words).join()).toContain('没有画面');
    expect(asked()).toBeGreaterThan(1);
    const before = asked();
    player.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(before);
  });
  it('says plainly that the browser cannot play it', async () => {
    const film = () =>
      new Response('', { headers: { 'Content-Type': 'video/mp4; codecs="hvc1"' } });
    const { player, said } = watch([film]);
    player.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said.at(-1)![0]).toBe('refused');
    vi.stubGlobal('MediaSource', undefined);
    const old = watch([film]);
    old.player.start();
    expect(old.said).toHaveLength(1);
    expect(old.said[0]![0]).toBe('refused');
    expect(old.asked()).toBe(0);
  });
});
