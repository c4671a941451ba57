import { describe, expect, it } from 'vitest';
import { ApiError, asApiError, errorOf } from './errors';

const problem = (extra: object = {}) => ({
  type: 'about:blank',
  title: '案件已有变化',
  status: 409,
  code: 'version_conflict',
  detail: '现在是第 7 版',
  ...extra,
});

describe('errorOf', () => {
  it('shows a problem document in the words of the server', () => {
    const error = errorOf(409, problem({ current_version: 7, field: 'version' }));
    expect(error.message).toBe('案件已有变化：现在是第 7 版');
    expect([error.code, error.currentVersion, error.field]).toEqual([
      'version_conflict',
      7,
      'version',
    ]);
  });
  it('does not say the same words twice', () => {
    expect(errorOf(403, problem({ title: '无权', detail: '无权' })).message).toBe('无权');
  });
  it('says when to try again', () => {
    const error = errorOf(429, problem({ title: '登录太频繁', detail: '' }), '30');
    expect(error.message).toBe('登录太频繁（30 秒后可重试）');
    expect(error.retryAfterS).toBe(30);
  });
  it('has words for an answer that is not ours', () => {
    for (const body of [null, '<html>', { title: 5 }, []]) {
      const error = errorOf(502, body);
      expect(error.code).toBe('not_ours');
      expect(error.message).toContain('502');
    }
  });
});

describe('definite', () => {
  it.each([
    [400, true],
    [403, true],
    [409, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])('%i is %s', (status, definite) => {
    expect(errorOf(status, problem()).definite).toBe(definite);
  });
  it('a lost connection never is: the command may have been done', () => {
    expect(asApiError(new TypeError('fetch failed')).definite).toBe(false);
  });
});

it('asApiError keeps an ApiError as it is', () => {
  const error = new ApiError('x', { code: 'full' });
  expect(asApiError(error)).toBe(error);
});
