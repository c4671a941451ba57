// The same for a component's picture or clip.
import { onBeforeUnmount, ref, watch } from 'vue';
import { untilPrepared } from './untilPrepared';

/**
 * For an <img> or <video>: bind `key`, call `retry` on its error. `waiting` while a copy is made, `failed`
 * when none will come.
 */
export function usePrepared(url: () => string | null | undefined) {
  const key = ref(0);
  const waiting = ref(false);
  const failed = ref(false);
  let asking: AbortController | null = null;
  let asked = 0;
  function reset() {
    asking?.abort();
    asking = null;
    asked = 0;
    waiting.value = failed.value = false;
  }
  async function retry() {
    const wanted = url();
    if (!wanted || waiting.value) return;
    // Bytes that came and could not be drawn are no reason to ask for ever.
    if (asked++ > 1) {
      failed.value = true;
      return;
    }
    waiting.value = true;
    const mine = (asking = new AbortController());
    const there = await untilPrepared(wanted, mine.signal);
    if (mine !== asking) return;
    waiting.value = false;
    failed.value = !there;
    key.value++;
  }
  watch(url, reset);
  onBeforeUnmount(reset);
  return { key, waiting, failed, retry };
}
