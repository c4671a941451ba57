// What every screen shares of the live stream: its state, the age of the data, and the changes.
import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref } from 'vue';
import type { Camera, CaseSummary, Effect, StreamChange } from '@/api/types';
import { LiveStream, type StreamState } from './stream';

export interface LiveHandlers {
  case?: (id: string, summary: CaseSummary | null, change: StreamChange) => void;
  camera?: (id: string, camera: Camera | null) => void;
  effect?: (id: string, effect: Effect | null) => void;
  /** Everything shown may be out of date: read it again. */
  reset?: () => void;
}

/** A lost line is shown after this long; shorter breaks heal without a word. */
export const STALE_AFTER_MS = 4_000;

export const useLive = defineStore('live', () => {
  const state = ref<StreamState>('connecting');
  const heardAt = ref(Date.now());
  const lostAt = ref<number | null>(null);
  const now = ref(Date.now());
  const listeners = new Set<LiveHandlers>();
  let ticker: ReturnType<typeof setInterval> | null = null;
  let signedOut: () => void = () => {};

  const stream = new LiveStream('/api/v1/stream', {
    onState(next) {
      state.value = next;
      if (next === 'live') lostAt.value = null;
      else if (next === 'lost' && lostAt.value === null) lostAt.value = Date.now();
    },
    onHeard: (at) => {
      heardAt.value = at;
      now.value = Math.max(now.value, at);
    },
    onEvent: ({ event, data }) => tell(event, data),
    onSignedOut: () => signedOut(),
  });

  function tell(event: string, data: string): void {
    if (event === 'reset') {
      listeners.forEach((listener) => listener.reset?.());
      return;
    }
    let change: StreamChange;
    try {
      change = JSON.parse(data) as StreamChange;
    } catch {
      return; // Not ours; the next read of the list will be right anyway.
    }
    const summary = change.summary;
    for (const listener of [...listeners]) {
      if (event === 'case') listener.case?.(change.id, summary as CaseSummary | null, change);
      else if (event === 'camera') listener.camera?.(change.id, summary as Camera | null);
      else if (event === 'effect') listener.effect?.(change.id, summary as Effect | null);
    }
  }

  function start(onSignedOut: () => void): void {
    signedOut = onSignedOut;
    heardAt.value = now.value = Date.now();
    stream.start();
    ticker ??= setInterval(() => (now.value = Date.now()), 1000);
  }
  function stop(): void {
    stream.stop();
    lostAt.value = null;
    if (ticker) clearInterval(ticker);
    ticker = null;
  }
  /** Registers for changes as long as the calling component lives. */
  function listen(handlers: LiveHandlers): void {
    listeners.add(handlers);
    onScopeDispose(() => listeners.delete(handlers));
  }

  const ageMs = computed(() => Math.max(0, now.value - heardAt.value));
  const stale = computed(() => lostAt.value !== null && now.value - lostAt.value >= STALE_AFTER_MS);
  return { state, heardAt, now, ageMs, stale, start, stop, listen, hurry: () => stream.hurry() };
});
