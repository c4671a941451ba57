// Keys of the review screen. Pure: from a key press to what the person meant.

export type ReviewAction =
  | { kind: 'move'; step: number }
  | { kind: 'confirm' }
  | { kind: 'open_reject' }
  | { kind: 'reject_reason'; index: number }
  | { kind: 'open_merge' }
  | { kind: 'merge_choice'; index: number }
  | { kind: 'flip' }
  | { kind: 'layout' }
  | { kind: 'zoom' }
  | { kind: 'clip' }
  | { kind: 'reload' }
  | { kind: 'help' }
  | { kind: 'close' };

/** What lies over the screen decides what digits and letters mean. */
export type Overlay = 'none' | 'reject' | 'merge' | 'help' | 'other';

export interface KeyPress {
  key: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  repeat?: boolean;
}

const plain: Record<string, ReviewAction> = {
  j: { kind: 'move', step: 1 },
  arrowdown: { kind: 'move', step: 1 },
  k: { kind: 'move', step: -1 },
  arrowup: { kind: 'move', step: -1 },
  y: { kind: 'confirm' },
  enter: { kind: 'confirm' },
  n: { kind: 'open_reject' },
  m: { kind: 'open_merge' },
  ' ': { kind: 'flip' },
  b: { kind: 'flip' },
  v: { kind: 'layout' },
  z: { kind: 'zoom' },
  c: { kind: 'clip' },
  r: { kind: 'reload' },
  '?': { kind: 'help' },
  '？': { kind: 'help' },
};

/** null: not ours, leave it to the browser. */
export function reviewAction(press: KeyPress, overlay: Overlay): ReviewAction | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const key = press.key.toLowerCase();
  if (key === 'escape') return overlay === 'none' ? null : { kind: 'close' };
  if (overlay === 'other') return null;
  if (overlay === 'reject' || overlay === 'merge') {
    if (press.repeat || !/^[1-9]$/.test(key)) return null;
    const index = Number(key) - 1;
    return overlay === 'reject'
      ? { kind: 'reject_reason', index }
      : { kind: 'merge_choice', index };
  }
  if (overlay === 'help') return key === '?' || key === '？' ? { kind: 'close' } : null;
  const action = plain[key] ?? null;
  // A held key may scroll through the queue, but must never decide one case after the other.
  if (press.repeat && action?.kind !== 'move') return null;
  return action;
}

/** Whether the person is writing, so that letters are text. */
export function isTyping(target: EventTarget | null): boolean {
  const element = target as Partial<HTMLElement> | null;
  if (!element?.tagName) return false;
  return (
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName) || element.isContentEditable === true
  );
}
