// Whatever goes wrong on the way to the server, as one error with words for the person in front.
import type { Problem } from './types';

export type ErrorCode = Problem['code'] | 'network' | 'not_ours';

/** `message` is Chinese and may be shown as it is. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly field: string | undefined;
  readonly currentVersion: number | undefined;
  readonly retryAfterS: number | undefined;

  constructor(
    message: string,
    facts: {
      code: ErrorCode;
      status?: number;
      field?: string;
      currentVersion?: number;
      retryAfterS?: number;
    },
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.field = facts.field;
    this.currentVersion = facts.currentVersion;
    this.retryAfterS = facts.retryAfterS;
  }

  /** The server has answered for good: repeating the same request would change nothing. */
  get definite(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { title, code } = body as Record<string, unknown>;
  return typeof title === 'string' && typeof code === 'string';
}

/** From an answer that is not a success. `body` is what could be read of it. */
export function errorOf(status: number, body: unknown, retryAfter?: string | null): ApiError {
  const wait = retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  if (!isProblem(body)) {
    return new ApiError(`服务器答复异常（HTTP ${status}），请稍后重试`, {
      code: 'not_ours',
      status,
    });
  }
  const detail = body.detail && body.detail !== body.title ? `：${body.detail}` : '';
  const later = wait === undefined ? '' : `（${wait} 秒后可重试）`;
  return new ApiError(`${body.title}${detail}${later}`, {
    code: body.code,
    status,
    field: body.field,
    currentVersion: body.current_version,
    retryAfterS: wait,
  });
}

/** From anything thrown: a request that found no server, or a fault of our own. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError('连不上服务器，请检查网络后重试', { code: 'network' });
}
