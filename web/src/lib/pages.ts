// A list read page by page, newest first, as a component shows it.
import { computed, ref, shallowRef } from 'vue';
import { asApiError } from '@/api/errors';

interface Page<T> {
  items: T[];
  next_cursor: string | null;
  as_of: string;
}

/** So many rows are kept at most; past them a person is better served by a narrower question. */
export const ROWS_MAX = 1000;

/**
 * `read` asks the server for the page behind a cursor (undefined: the first). `load` starts anew, `more` goes
 * on; an answer that another question has overtaken is dropped. When the first page cannot be read the list
 * is emptied: old rows under a new question would be taken for its answer.
 */
export function usePages<T>(read: (cursor: string | undefined) => Promise<Page<T>>) {
  const items = shallowRef<T[]>([]);
  const cursor = ref<string | null>(null);
  const asOf = ref<string | null>(null);
  const problem = ref('');
  const busy = ref(false);
  const full = computed(() => cursor.value !== null && items.value.length >= ROWS_MAX);
  const hasMore = computed(() => cursor.value !== null && !full.value);

  let turn = 0;
  function clear() {
    turn += 1;
    items.value = [];
    cursor.value = asOf.value = null;
    problem.value = '';
    busy.value = false;
  }
  async function ask(behind: string | undefined) {
    const mine = ++turn;
    busy.value = true;
    try {
      const page = await read(behind);
      if (mine !== turn) return;
      items.value = behind === undefined ? page.items : [...items.value, ...page.items];
      cursor.value = page.next_cursor;
      asOf.value = page.as_of;
      problem.value = '';
    } catch (thrown) {
      if (mine !== turn) return;
      if (behind === undefined) clear();
      problem.value = asApiError(thrown).message;
    } finally {
      if (mine === turn) busy.value = false;
    }
  }
  const load = () => ask(undefined);
  const more = async () => {
    if (hasMore.value) await ask(cursor.value!);
  };
  /** After a problem: whatever was asked last, again. */
  const again = () => (items.value.length ? more() : load());
  return { items, asOf, problem, busy, full, hasMore, load, more, again, clear };
}
