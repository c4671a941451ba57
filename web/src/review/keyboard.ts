// Keys of the review screen, from the press (lib/keys) to what happens.
import { onBeforeUnmount, onMounted, type Ref } from 'vue';
import { isTyping, reviewAction, type ReviewAction } from '@/lib/keys';
import { OTHER_INDEX } from '@/lib/reject_reasons';
import type { Decisions } from './decisions';

/** What the picture part of the desk can do. */
export interface Pictures {
  flip(): void;
  toggleLayout(): void;
  zoom(): void;
  playClip(): void;
}

function act(action: ReviewAction, desk: Decisions, pictures: Pictures | null) {
  switch (action.kind) {
    case 'move':
      return desk.move(action.step);
    case 'confirm':
      return void desk.decide('confirm');
    case 'open_reject':
      return desk.openReject();
    case 'reject_reason':
      if (action.index === OTHER_INDEX) return document.getElementById('other-reason')?.focus();
      return desk.reject(action.index);
    case 'open_merge':
      return void desk.openMerge();
    case 'merge_choice':
      return desk.mergeInto(action.index);
    case 'flip':
      return pictures?.flip();
    case 'layout':
      return pictures?.toggleLayout();
    case 'zoom':
      return pictures?.zoom();
    case 'clip':
      return pictures?.playClip();
    case 'reload':
      return desk.loadSoon();
    case 'help':
      desk.overlay.value = 'help';
      return;
    case 'close':
      return desk.closeOverlay();
  }
}

export function useReviewKeys(desk: Decisions, pictures: Readonly<Ref<Pictures | null>>) {
  function onKey(event: KeyboardEvent) {
    if (isTyping(event.target) && event.key !== 'Escape') return;
    const onButton = (event.target as HTMLElement | null)?.closest?.('button, a, video');
    if (onButton && (event.key === 'Enter' || event.key === ' ')) return;
    const action = reviewAction(event, desk.overlay.value);
    if (!action) return;
    event.preventDefault();
    act(action, desk, pictures.value);
  }
  onMounted(() => window.addEventListener('keydown', onKey));
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey));
}
