import { describe, expect, it } from 'vitest';
import { ROWS_MAX, usePages } from './pages';

const page = (items: number[], next_cursor: string | null = null) => ({
  items,
  next_cursor,
  as_of: '2026-03-01T00:00:00.000Z',
});

/** A server whose answers come when the test says so. */
function slowServer() {
  const asked: {
    cursor: string | undefined;
    answer: (items: number[], next?: string) => void;
    fail: () => void;
  }[] = [];
  const read = (cursor: string | undefined) =>
    new Promise<ReturnType<typeof page>>((resolve, reject) => {
      asked.push({
        cursor,
        answer: (items, next) => resolve(page(items, next ?? null)),
        fail: () => reject(new Error('away')),
      });
    });
  return { asked, read };
}

describe('pages', () => {
  it('are strung together, and end', async () => {
    const pages = usePages(async (cursor) => (cursor ? page([3]) : page([1, 2], 'c1')));
    await pages.load();
    expect([pages.items.value, pages.hasMore.value]).toEqual([[1, 2], true]);
    await pages.more();
    expect([pages.items.value, pages.hasMore.value]).toEqual([[1, 2, 3], false]);
    expect(pages.asOf.value).toBe('2026-03-01T00:00:00.000Z');
  });

  it('drop an answer that another question has overtaken', async () => {
    const { asked, read } = slowServer();
    const pages = usePages(read);
    const first = pages.load();
    const second = pages.load();
    asked[1]!.answer([2]);
    await second;
    asked[0]!.answer([1]);
    await first;
    expect([pages.items.value, pages.busy.value]).toEqual([[2], false]);
  });

  it('show nothing old when a new question fails, and ask it again', async () => {
    const { asked, read } = slowServer();
    const pages = usePages(read);
    const first = pages.load();
    asked[0]!.answer([1], 'c1');
    await first;
    const second = pages.load();
    asked[1]!.fail();
    await second;
    expect([pages.items.value, pages.asOf.value, pages.hasMore.value]).toEqual([[], null, false]);
    expect([pages.problem.value, pages.busy.value]).toEqual([
      '连不上服务器，请检查网络后重试',
      false,
    ]);
    void pages.again();
    expect(asked.map((one) => one.cursor)).toEqual([undefined, undefined, undefined]);
  });

  it('keep what is there when only the next page fails, and ask for that again', async () => {
    const { asked, read } = slowServer();
    const pages = usePages(read);
    const first = pages.load();
    asked[0]!.answer([1], 'c1');
    await first;
    const more = pages.more();
    asked[1]!.fail();
    await more;
    expect(pages.items.value).toEqual([1]);
    const again = pages.again();
    asked[2]!.answer([2]);
    await again;
    expect([pages.items.value, pages.problem.value]).toEqual([[1, 2], '']);
    expect(asked.map((one) => one.cursor)).toEqual([undefined, 'c1', 'c1']);
  });

  it('are kept up to a bound, and say that there would be more', async () => {
    const rows = Array.from({ length: ROWS_MAX / 2 }, (_, i) => i);
    const cursors: (string | undefined)[] = [];
    const pages = usePages(async (cursor) => {
      cursors.push(cursor);
      return page(rows, 'next');
    });
    await pages.load();
    expect(pages.full.value).toBe(false);
    await pages.more();
    expect([pages.items.value.length, pages.full.value, pages.hasMore.value]).toEqual([
      ROWS_MAX,
      true,
      false,
    ]);
    await pages.more();
    expect(cursors).toEqual([undefined, 'next']);
  });

  it('are emptied on demand, whatever is under way', async () => {
    const { asked, read } = slowServer();
    const pages = usePages(read);
    const first = pages.load();
    pages.clear();
    asked[0]!.answer([1]);
    await first;
    expect([pages.items.value, pages.busy.value]).toEqual([[], false]);
  });
});
