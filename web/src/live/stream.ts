// The live stream with resume: connects, reads, and after a loss comes back with the last position, so
// that nothing in between is missed. Knows at every moment when it last heard from the server.
import { SseReader, type StreamEvent } from './sse';

export type StreamState = 'connecting' | 'live' | 'lost';

export interface StreamSeams {
  /** Like fetch. */
  request: (url: string, init: RequestInit) => Promise<Response>;
  now: () => number;
  later: (run: () => void, ms: number) => unknown;
  cancel: (timer: unknown) => void;
}

export interface StreamHandlers {
  onState: (state: StreamState) => void;
  /** Bytes arrived at this time (ms), be it only a heartbeat. */
  onHeard: (at: number) => void;
  onEvent: (event: StreamEvent) => void;
  /** The server no longer knows this session. */
  onSignedOut: () => void;
}

/** Heartbeats come every 15 s; two missed ones and a bit mean the line is dead. */
export const SILENCE_MS = 35_000;
const backoffMs = [500, 1_000, 2_000, 4_000, 8_000];

const browserSeams: StreamSeams = {
  request: (url, init) => fetch(url, init),
  now: () => Date.now(),
  later: (run, ms) => setTimeout(run, ms),
  cancel: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

export class LiveStream {
  private lastId = '';
  private failures = 0;
  private stopped = true;
  private abort: AbortController | null = null;
  private retryTimer: unknown = null;
  private silenceTimer: unknown = null;

  constructor(
    private readonly url: string,
    private readonly handlers: StreamHandlers,
    private readonly seams: StreamSeams = browserSeams,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.failures = 0;
    this.handlers.onState('connecting');
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.seams.cancel(this.retryTimer);
    this.seams.cancel(this.silenceTimer);
    this.abort?.abort();
    this.abort = null;
  }

  /** Tries at once instead of waiting for the next turn (the network came back, a person pressed). */
  hurry(): void {
    if (this.stopped || this.abort) return;
    this.seams.cancel(this.retryTimer);
    void this.connect();
  }

  private async connect(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.watchSilence();
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (this.lastId) headers['Last-Event-ID'] = this.lastId;
      const response = await this.seams.request(this.url, {
        headers,
        signal: abort.signal,
        cache: 'no-store',
      });
      if (response.status === 401) {
        this.stop();
        this.handlers.onSignedOut();
        return;
      }
      if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
      this.failures = 0;
      this.heard();
      this.handlers.onState('live');
      await this.read(response.body);
    } catch {
      // Whatever ended it, the answer is the same: come back and resume.
    }
    if (this.abort === abort) this.abort = null;
    this.comeBack();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const sse = new SseReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.heard();
      const events = sse.push(decoder.decode(value, { stream: true }));
      this.place(sse.id);
      for (const event of events) this.handlers.onEvent(event);
    }
  }

  /** Remembers where the stream is. Only from its first position on is nothing missed: what a screen read before that
   * may have changed meanwhile, and is read again. */
  private place(id: string): void {
    if (!id) return;
    const first = this.lastId === '';
    this.lastId = id;
    if (first) this.handlers.onEvent({ event: 'reset', data: '{}', id });
  }

  private heard(): void {
    this.handlers.onHeard(this.seams.now());
    this.watchSilence();
  }

  private watchSilence(): void {
    this.seams.cancel(this.silenceTimer);
    this.silenceTimer = this.seams.later(() => this.abort?.abort(), SILENCE_MS);
  }

  private comeBack(): void {
    this.seams.cancel(this.silenceTimer);
    if (this.stopped) return;
    this.handlers.onState('lost');
    const wait = backoffMs[Math.min(this.failures, backoffMs.length - 1)]!;
    this.failures += 1;
    this.retryTimer = this.seams.later(() => void this.connect(), wait);
  }
}
