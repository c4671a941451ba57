import { describe, expect, it } from 'vitest';
import { isTyping, reviewAction } from './keys';

const press = (key: string, extra = {}) => reviewAction({ key, ...extra }, 'none');

describe('reviewAction', () => {
  it.each([
    ['j', { kind: 'move', step: 1 }],
    ['J', { kind: 'move', step: 1 }],
    ['ArrowUp', { kind: 'move', step: -1 }],
    ['Enter', { kind: 'confirm' }],
    ['y', { kind: 'confirm' }],
    ['n', { kind: 'open_reject' }],
    ['m', { kind: 'open_merge' }],
    [' ', { kind: 'flip' }],
    ['?', { kind: 'help' }],
    ['？', { kind: 'help' }],
  ])('%s', (key, action) => expect(press(key)).toEqual(action));

  it('leaves other keys and the browser’s own shortcuts alone', () => {
    expect(press('x')).toBeNull();
    expect(press('5')).toBeNull();
    expect(press('r', { ctrlKey: true })).toBeNull();
    expect(press('Escape')).toBeNull();
  });
  it('never decides from a key held down, but scrolls', () => {
    for (const key of ['y', 'Enter', 'n', 'm']) expect(press(key, { repeat: true })).toBeNull();
    expect(press('j', { repeat: true })).toEqual({ kind: 'move', step: 1 });
    expect(reviewAction({ key: '1', repeat: true }, 'reject')).toBeNull();
  });
  it('takes digits as reasons and choices only while they are shown', () => {
    expect(reviewAction({ key: '3' }, 'reject')).toEqual({ kind: 'reject_reason', index: 2 });
    expect(reviewAction({ key: '9' }, 'merge')).toEqual({ kind: 'merge_choice', index: 8 });
    expect(reviewAction({ key: '0' }, 'reject')).toBeNull();
  });
  it('does not confirm what lies behind an open box', () => {
    for (const overlay of ['reject', 'merge', 'help', 'other'] as const) {
      expect(reviewAction({ key: 'y' }, overlay)).toBeNull();
      expect(reviewAction({ key: 'Enter' }, overlay)).toBeNull();
      expect(reviewAction({ key: 'Escape' }, overlay)).toEqual({ kind: 'close' });
    }
  });
});

it('knows writing from pressing', () => {
  const target = (tagName: string, isContentEditable = false) =>
    ({ tagName, isContentEditable }) as unknown as EventTarget;
  expect(isTyping(target('TEXTAREA'))).toBe(true);
  expect(isTyping(target('DIV', true))).toBe(true);
  expect(isTyping(target('BUTTON'))).toBe(false);
  expect(isTyping(null)).toBe(false);
});
