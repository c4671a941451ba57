// A camera's live film into a <video>: fragmented MP4 by fetch, appended to a media source. Starts
// anew when the film ends (the camera connected anew, a slow line), and gives up with words when the
// server says why, or the browser cannot play it.
import { asApiError, errorOf, type ApiError } from '@/api/errors';

export type LiveState = 'starting' | 'playing' | 'waiting' | 'refused';

export interface LiveHooks {
  /** `refused` is the end: nothing more is tried after it. */
  state(state: LiveState, words: string): void;
  /** For tests. */
  fetch?: typeof fetch;
}

const RETRY_MS = 2_000;
/** Further behind than this the player jumps to the newest picture. */
const BEHIND_S = 3;
const KEPT_S = 20;
/** What may wait to be appended: a slow page is cut off by the server anyway. */
const WAITING_MAX = 8 << 20;

export const canPlay = (type: string): boolean =>
  typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(type);

/** Errors after which asking again would change nothing. */
export const isFinal = (error: ApiError): boolean =>
  error.definite || error.code === 'not_allowed_in_state';

export class LivePlayer {
  private ended = false;
  private abort = new AbortController();
  private retry: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly camera: string,
    private readonly hooks: LiveHooks,
  ) {}

  start(): void {
    if (typeof MediaSource === 'undefined') {
      this.hooks.state('refused', '这个浏览器不能播放直播（缺少 MSE），请看最近画面');
      return;
    }
    void this.run();
  }

  /** Nothing is fetched or shown after this. */
  stop(): void {
    this.ended = true;
    this.abort.abort();
    if (this.retry) clearTimeout(this.retry);
    this.release();
  }

  private release(): void {
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute('src');
    this.video.load();
  }

  private again(words: string): void {
    if (this.ended) return;
    this.hooks.state('waiting', words);
    this.retry = setTimeout(() => void this.run(), RETRY_MS);
  }

  private async run(): Promise<void> {
    if (this.ended) return;
    this.hooks.state('starting', '正在接入…');
    this.abort = new AbortController();
    let response: Response;
    try {
      response = await (this.hooks.fetch ?? fetch)(
        `/api/v1/cameras/${encodeURIComponent(this.camera)}/live`,
        { signal: this.abort.signal, credentials: 'same-origin' },
      );
    } catch (thrown) {
      return this.again(asApiError(thrown).message);
    }
    if (!response.ok) return this.refuse(response);
    const type = response.headers.get('Content-Type') ?? '';
    if (!canPlay(type)) {
      this.abort.abort();
      this.hooks.state('refused', `这个浏览器不能播放这种视频（${type}），请看最近画面`);
      return;
    }
    try {
      await this.play(response, type);
      this.again('直播中断，正在重新接入…');
    } catch (thrown) {
      if (!this.ended) this.again(asApiError(thrown).message);
    } finally {
      this.abort.abort();
    }
  }

  private async refuse(response: Response): Promise<void> {
    const body: unknown = await response.json().catch(() => null);
    const error = errorOf(response.status, body);
    if (isFinal(error)) this.hooks.state('refused', error.message);
    else this.again(error.message);
  }

  private async play(response: Response, type: string): Promise<void> {
    const source = new MediaSource();
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.src = URL.createObjectURL(source);
    await once(source, 'sourceopen');
    const buffer = source.addSourceBuffer(type);
    const reader = response.body!.getReader();
    let shown = false;
    while (!this.ended) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.byteLength > WAITING_MAX) throw new Error('直播数据过多');
      buffer.appendBuffer(value);
      await once(buffer, 'updateend');
      if (!shown && buffer.buffered.length > 0) {
        shown = true;
        this.hooks.state('playing', '');
        void this.video.play().catch(() => {});
      }
      this.keepUp(buffer);
      await this.forget(buffer);
    }
  }

  private keepUp(buffer: SourceBuffer): void {
    if (buffer.buffered.length === 0) return;
    const last = buffer.buffered.length - 1;
    const end = buffer.buffered.end(last);
    if (
      end - this.video.currentTime > BEHIND_S ||
      this.video.currentTime < buffer.buffered.start(0)
    )
      this.video.currentTime = Math.max(buffer.buffered.start(last), end - 0.5);
  }

  private async forget(buffer: SourceBuffer): Promise<void> {
    if (buffer.buffered.length === 0) return;
    const until = this.video.currentTime - KEPT_S;
    if (until - buffer.buffered.start(0) < KEPT_S) return;
    buffer.remove(0, until);
    await once(buffer, 'updateend');
  }
}

function once(target: EventTarget, name: string): Promise<void> {
  return new Promise((done, failed) => {
    target.addEventListener(name, () => done(), { once: true });
    target.addEventListener('error', () => failed(new Error('浏览器不能解码这段视频')), {
      once: true,
    });
  });
}
