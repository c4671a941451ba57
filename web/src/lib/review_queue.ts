// The reviewer's queue as plain data: which item is in front, what happens to it while commands are
// under way, and what arrives from elsewhere. No requests in here.

export interface QueueItem {
  id: string;
  version: number;
  reported_at: string;
}

export interface Queue<T extends QueueItem> {
  items: T[];
  /** Id of the item in front; null only when the queue is empty. */
  current: string | null;
  /** Ids answered here whose leaving the server has not shown yet; they must not pop up again. */
  answered: ReadonlyMap<string, number>;
}

export const emptyQueue = <T extends QueueItem>(): Queue<T> => ({
  items: [],
  current: null,
  answered: new Map(),
});

export function indexOf<T extends QueueItem>(queue: Queue<T>): number {
  return queue.items.findIndex((item) => item.id === queue.current);
}

export function currentOf<T extends QueueItem>(queue: Queue<T>): T | null {
  return queue.items.find((item) => item.id === queue.current) ?? null;
}

/** Moves by `step` and stops at the ends: a held key must not wrap around unnoticed. */
export function move<T extends QueueItem>(queue: Queue<T>, step: number): Queue<T> {
  if (queue.items.length === 0) return queue;
  const wanted = Math.max(0, indexOf(queue)) + step;
  const index = Math.min(queue.items.length - 1, Math.max(0, wanted));
  return { ...queue, current: queue.items[index]!.id };
}

export function select<T extends QueueItem>(queue: Queue<T>, id: string): Queue<T> {
  return queue.items.some((item) => item.id === id) ? { ...queue, current: id } : queue;
}

/** Takes a fresh reading of the server's queue; the person keeps looking at what they look at. */
export function refresh<T extends QueueItem>(queue: Queue<T>, fresh: T[]): Queue<T> {
  const items = fresh.filter((item) => {
    const version = queue.answered.get(item.id);
    return version === undefined || item.version > version;
  });
  const kept = items.some((item) => item.id === queue.current);
  if (kept) return { ...queue, items };
  const before = indexOf(queue);
  const next = items[Math.min(Math.max(0, before), items.length - 1)];
  return { ...queue, items, current: next?.id ?? null };
}

/** Takes an item out, because it was answered here (with its version) or by somebody else. */
export function remove<T extends QueueItem>(
  queue: Queue<T>,
  id: string,
  answeredVersion?: number,
): Queue<T> {
  const index = queue.items.findIndex((item) => item.id === id);
  const items = queue.items.filter((item) => item.id !== id);
  const answered = new Map(queue.answered);
  if (answeredVersion !== undefined) {
    answered.set(id, answeredVersion);
    // Only recent answers can still come back; the map stays small.
    if (answered.size > 200) answered.delete(answered.keys().next().value as string);
  }
  if (queue.current !== id) return { ...queue, items, answered };
  const next = items[Math.min(index, items.length - 1)];
  return { items, answered, current: next?.id ?? null };
}
