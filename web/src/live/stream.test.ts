import { describe, expect, it } from 'vitest';
import { LiveStream, SILENCE_MS, type StreamState } from './stream';

/** A network and a clock in the hand of the test. */
function bench() {
  let now = 1_000;
  let timers: { run: () => void; at: number }[] = [];
  const requests: {
    lastId: string | undefined;
    answer: (r: Response | Error) => void;
    signal: AbortSignal;
  }[] = [];
  const states: StreamState[] = [];
  const events: string[] = [];
  const heard: number[] = [];
  let signedOut = 0;
  const stream = new LiveStream(
    '/stream',
    {
      onState: (state) => states.push(state),
      onHeard: (at) => heard.push(at),
      onEvent: (event) => events.push(`${event.event}:${event.data}`),
      onSignedOut: () => (signedOut += 1),
    },
    {
      request: (_url, init) =>
        new Promise((resolve, reject) => {
          const headers = init.headers as Record<string, string>;
          requests.push({
            lastId: headers['Last-Event-ID'],
            signal: init.signal as AbortSignal,
            answer: (r) => (r instanceof Error ? reject(r) : resolve(r)),
          });
        }),
      now: () => now,
      later: (run, ms) => {
        const timer = { run, at: now + ms };
        timers.push(timer);
        return timer;
      },
      cancel: (timer) => {
        timers = timers.filter((entry) => entry !== timer);
      },
    },
  );
  // Lets everything that waits on promises go as far as it can.
  const settle = async () => {
    for (let i = 0; i < 30; i++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (ms: number) => {
    now += ms;
    const ripe = timers.filter((timer) => timer.at <= now);
    timers = timers.filter((timer) => timer.at > now);
    ripe.forEach((timer) => timer.run());
    await settle();
  };
  const open = async () => {
    let control!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (c) => void (control = c) });
    const request = requests.at(-1)!;
    request.signal.addEventListener('abort', () => control.error(new Error('aborted')));
    request.answer(new Response(body));
    await settle();
    return {
      write: async (text: string) => {
        control.enqueue(new TextEncoder().encode(text));
        await settle();
      },
      close: async () => {
        control.close();
        await settle();
      },
    };
  };
  return {
    stream,
    requests,
    states,
    events,
    heard,
    settle,
    pass,
    open,
    signedOut: () => signedOut,
    timers: () => timers,
  };
}

describe('LiveStream', () => {
  it('comes back after a loss with the last position it has seen', async () => {
    const b = bench();
    b.stream.start();
    const first = await b.open();
    expect(b.requests[0]!.lastId).toBeUndefined();
    await first.write('id: 41\nevent: case\ndata: a\n\nid: 42\nevent: case\ndata: b\n\n');
    await first.close();
    expect(b.states).toEqual(['connecting', 'live', 'lost']);
    await b.pass(500);
    expect(b.requests).toHaveLength(2);
    expect(b.requests[1]!.lastId).toBe('42');
    await b.open();
    expect(b.states.at(-1)).toBe('live');
    expect(b.events).toEqual(['reset:{}', 'case:a', 'case:b']);
  });

  it('has everything read again once it has its first position, and resumes from a position alone', async () => {
    const b = bench();
    b.stream.start();
    const first = await b.open();
    expect(b.events).toEqual([]); // what comes before the position might still be missed
    await first.write('retry: 2000\nid: 40\n\n');
    expect(b.events).toEqual(['reset:{}']);
    await first.close();
    await b.pass(500);
    expect(b.requests[1]!.lastId).toBe('40');
    const second = await b.open();
    await second.write('id: 41\n\n');
    expect(b.events).toEqual(['reset:{}']);
  });

  it('does not resume from half an event', async () => {
    const b = bench();
    b.stream.start();
    const first = await b.open();
    await first.write('id: 41\nevent: case\ndata: a\n\nid: 42\nevent: case\nda');
    await first.close();
    await b.pass(500);
    expect(b.requests[1]!.lastId).toBe('41');
  });

  it('waits longer after each failure and starts over once it worked', async () => {
    const b = bench();
    b.stream.start();
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      b.requests.at(-1)!.answer(new TypeError('refused'));
      await b.settle();
      const retry = b.timers()[0]!;
      const before = b.requests.length;
      let waited = 0;
      while (b.requests.length === before) {
        await b.pass(500);
        waited += 500;
      }
      expect(retry).toBeDefined();
      waits.push(waited);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
    await (await b.open()).close();
    await b.pass(500);
    expect(b.requests).toHaveLength(8);
  });

  it('hears heartbeats and hangs up on a silent line', async () => {
    const b = bench();
    b.stream.start();
    const line = await b.open();
    const count = b.heard.length;
    await b.pass(15_000);
    await line.write(': alive\n\n');
    expect(b.heard).toHaveLength(count + 1);
    expect(b.heard.at(-1)).toBe(16_000);
    expect(b.events).toEqual([]);
    await b.pass(SILENCE_MS - 1);
    expect(b.states.at(-1)).toBe('live');
    await b.pass(1);
    expect(b.states.at(-1)).toBe('lost');
  });

  it('starts over when the server has forgotten the position', async () => {
    const b = bench();
    b.stream.start();
    const first = await b.open();
    await first.write('id: 9\nevent: case\ndata: a\n\nid: 900\nevent: reset\ndata: {}\n\n');
    await first.close();
    await b.pass(500);
    expect(b.events.at(-1)).toBe('reset:{}');
    expect(b.requests[1]!.lastId).toBe('900');
  });

  it('stops when the session is gone', async () => {
    const b = bench();
    b.stream.start();
    b.requests[0]!.answer(new Response('', { status: 401 }));
    await b.settle();
    expect(b.signedOut()).toBe(1);
    await b.pass(60_000);
    expect(b.requests).toHaveLength(1);
  });

  it('hurries when told to, and only once', async () => {
    const b = bench();
    b.stream.start();
    b.requests[0]!.answer(new TypeError('refused'));
    await b.settle();
    b.stream.hurry();
    b.stream.hurry();
    await b.pass(500);
    expect(b.requests).toHaveLength(2);
  });

  it('is silent after stop', async () => {
    const b = bench();
    b.stream.start();
    await b.open();
    b.stream.stop();
    await b.settle();
    await b.pass(60_000);
    expect(b.requests).toHaveLength(1);
    expect(b.states).toEqual(['connecting', 'live']);
  });
});
