// The one way to the server: typed by the contract, with the session's token on every change, and
// every failure thrown as an ApiError.
import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, asApiError, errorOf } from './errors';
import type { paths } from './schema';

let csrf = '';
let onSignedOut: () => void = () => {};

export function setCsrf(token: string): void {
  csrf = token;
}
/** Called when the server no longer knows this session. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

const withToken: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf) request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  credentials: 'same-origin',
  fetch: (request) => globalThis.fetch(request),
});
api.use(withToken);

/** The token the contract asks for in each changing call; the middleware has the present one. */
export const token = () => ({ header: { 'X-CSRF-Token': csrf } });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws ApiError otherwise. */
export async function must<T>(answer: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>;
  try {
    got = await answer;
  } catch (thrown) {
    throw asApiError(thrown);
  }
  if (got.response.ok) return got.data as T;
  const error = errorOf(got.response.status, got.error, got.response.headers.get('Retry-After'));
  if (error.code === 'unauthenticated') onSignedOut();
  throw error;
}

/** Stores a picture taken on the spot and returns its id. */
export const putBlob = (file: Blob): Promise<string> =>
  putFile('/api/v1/blobs', file, '图片超过 16 MB，请压缩后再传');

/** Stores a document of a device's review and returns its id. */
export const putReviewDocument = (camera: string, file: Blob): Promise<string> =>
  putFile(
    `/api/v1/cameras/${encodeURIComponent(camera)}/review/documents`,
    file,
    '材料超过 16 MB，请分开或压缩后再传',
  );

async function putFile(path: string, file: Blob, tooLarge: string): Promise<string> {
  if (file.size > 16 * 1024 * 1024) {
    throw new ApiError(tooLarge, { code: 'too_large', status: 413 });
  }
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      body: file,
      headers: { 'Content-Type': file.type || 'image/jpeg', 'X-CSRF-Token': csrf },
    });
  } catch (thrown) {
    throw asApiError(thrown);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw errorOf(response.status, body);
  return (body as { blob: string }).blob;
}
