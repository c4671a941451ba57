// Who looked at what, clicked: an auditor finds what the reviewer of the story looked at, narrows the list,
// pages through it, and nobody else gets in.
import { deepStrictEqual as same, ok } from 'node:assert';
import { accessibilityFaults, desk, openPage, overhang, phone, signIn } from './browser.mjs';

const PAGE = 50;
const rowsOf = (page) => page.getByTestId('access-row');
/** The list is read and has so many rows, or some. */
const listed = (page, count) =>
  page.waitForFunction(
    (wanted) => {
      const rows = document.querySelectorAll('[data-testid=access-row]').length;
      const busy = document.querySelector('[role=table][aria-busy=true]');
      return !busy && (wanted === null ? rows > 0 : rows === wanted);
    },
    count ?? null,
  );
/** Waits until the address says so, and for the list that belongs to it. */
async function narrowed(page, query) {
  await page.waitForURL((url) => url.search === query);
  await listed(page);
}

/** `seen` is a case whose pictures the reviewer has looked at; `look` takes a picture of a screen. */
export async function audit({ check, browser, complaints, stage, read, reviewer, seen, look = async () => {} }) {
  const auditor = await openPage(browser, complaints, desk, stage.url);
  const hand = await openPage(browser, complaints, phone, stage.url);

  await check('an auditor sees who looked at which picture', auditor, async () => {
    await signIn(auditor, 'shenji', stage.password);
    await auditor.getByRole('link', { name: '查阅记录' }).click();
    await auditor.waitForURL('**/audit');
    const row = rowsOf(auditor).filter({ hasText: '林晓' }).filter({ hasText: seen });
    await row.filter({ hasText: '图片' }).first().waitFor();
    ok((await row.first().innerText()).includes('审核员'));
    await auditor.getByTestId('as-of').waitFor();
    same(await overhang(auditor), 0);
    same(await accessibilityFaults(auditor), []);
    await look(auditor, 'audit');
  });

  await check('filters narrow the list by keyboard, stay in the address, and go back', auditor, async () => {
    await auditor.goto('/audit');
    await auditor.fill('[data-testid=filter-case]', seen);
    await auditor.keyboard.press('Enter');
    await narrowed(auditor, `?case=${seen}`);
    await rowsOf(auditor).first().getByRole('button', { name: '只看此案' }).waitFor();
    await rowsOf(auditor).filter({ hasText: '林晓' }).first().getByRole('button', { name: '只看林晓' }).focus();
    await auditor.keyboard.press('Enter');
    await narrowed(auditor, `?user=shenhe&case=${seen}`);
    await auditor.getByRole('combobox', { name: '看了什么' }).focus();
    await auditor.keyboard.press('Enter');
    await auditor.getByRole('option', { name: '图片', exact: true }).waitFor();
    await auditor.keyboard.press('ArrowDown');
    await auditor.keyboard.press('Enter');
    await narrowed(auditor, `?user=shenhe&case=${seen}&what=picture`);
    await auditor.reload();
    await listed(auditor);
    const texts = await rowsOf(auditor).allInnerTexts();
    ok(texts.every((text) => text.includes('林晓') && text.includes(seen) && text.includes('图片')), texts.join('\n'));
    await auditor.goBack();
    await narrowed(auditor, `?user=shenhe&case=${seen}`);
    await auditor.getByRole('button', { name: '清除条件' }).click();
    await narrowed(auditor, '');
  });

  await check('a case leads to who looked at it', auditor, async () => {
    await auditor.goto(`/cases/${seen}`);
    await auditor.locator('main').getByRole('link', { name: '查阅记录' }).click();
    await narrowed(auditor, `?case=${seen}`);
  });

  await check('originals are listed with their reasons, page after page', auditor, async () => {
    const [picture] = (await read(auditor, `/cases/${seen}`)).pictures;
    const reasons = Array.from({ length: PAGE + 5 }, (_, i) => `核对申诉材料第 ${i + 1} 页`);
    await auditor.evaluate(
      async ({ hash, id, why }) => {
        for (const reason of why) {
          const query = new URLSearchParams({ case: id, reason });
          await (await fetch(`/api/v1/blobs/${hash}?${query}`)).arrayBuffer();
        }
      },
      { hash: picture.original_hash, id: seen, why: reasons },
    );
    const asked = [];
    const note = (request) => request.url().includes('/access-log') && asked.push(request.url());
    auditor.on('request', note);
    await auditor.goto('/audit?what=original&user=shenji');
    await auditor.waitForSelector('[data-testid=data-age].live');
    await listed(auditor, PAGE);
    await look(auditor, 'audit-originals');
    await auditor.getByTestId('more').click();
    await listed(auditor, PAGE + 5);
    const shown = await auditor.locator('[data-testid=access-row] .reason').allInnerTexts();
    same(shown, [...reasons].reverse());
    same(await auditor.getByTestId('more').count(), 0);
    // A list that reads itself anew would take the reader back to its top.
    same(asked.length, 2);
    auditor.off('request', note);
  });

  await check('a number and a span that cannot be meant are told at the field', auditor, async () => {
    await auditor.goto('/audit');
    await listed(auditor);
    await auditor.fill('[data-testid=filter-case]', 'C12');
    await auditor.keyboard.press('Enter');
    await auditor.getByRole('alert').filter({ hasText: '案件编号“C12”不对' }).waitFor();
    same(await rowsOf(auditor).count(), 0);
    same(await auditor.getByTestId('filter-case').getAttribute('aria-invalid'), 'true');
    await auditor.goto('/audit');
    await auditor.fill('[data-testid=filter-from]', '2026-03-02T08:00');
    await auditor.fill('[data-testid=filter-until]', '2026-03-01T08:00');
    await auditor.getByRole('alert').filter({ hasText: '截止时间应晚于起始时间' }).waitFor();
    await auditor.fill('[data-testid=filter-until]', '2026-03-02T08:01');
    await auditor.getByText('没有符合条件的查阅记录').waitFor();
    await auditor.waitForURL('**/audit?from=2026-03-02T08:00&until=2026-03-02T08:01');
    same(await accessibilityFaults(auditor), []);
  });

  await check('what the console has never heard of is shown as it is', auditor, async () => {
    await auditor.route('**/api/v1/access-log?*', async (route) => {
      const answer = await route.fetch();
      const page = await answer.json();
      Object.assign(page.items[0], { what: 'hologram', role: 'ghost', unit: 'nowhere', camera: 'cam-x', case: null });
      Object.assign(page.items[1], { user: 'system', name: '', role: 'system', unit: null, what: 'missed', times: 7 });
      await route.fulfill({ response: answer, json: page });
    });
    await auditor.goto('/audit');
    await rowsOf(auditor).filter({ hasText: 'hologram' }).filter({ hasText: 'ghost · nowhere' }).waitFor();
    await rowsOf(auditor).filter({ hasText: '有 7 次没有逐条记下' }).filter({ hasText: '系统' }).waitFor();
    await auditor.unroute('**/api/v1/access-log?*');
  });

  // Nothing is old enough here to be deleted, so the rows are what the server would say of later days.
  const deletions = [
    { number: 2, at: '2026-03-02T00:00:00.000Z', cause: 'unreferenced', case: null, files: 1, bytes: 900, blobs: [],
      digest: 'c'.repeat(64), done_at: null },
    { number: 1, at: '2026-03-01T00:00:00.000Z', cause: 'case_ended', case: seen, files: 2, bytes: 3_565_158,
      blobs: ['a'.repeat(64), 'b'.repeat(64)], digest: 'd'.repeat(64), done_at: '2026-03-01T00:00:01.000Z' },
  ];
  const withDeletions = (page) =>
    page.route('**/api/v1/deletions?*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), items: deletions } });
    });
  await check('what retention deleted is told, and that nothing was', auditor, async () => {
    await auditor.goto('/audit');
    await auditor.getByRole('link', { name: '到期删除' }).click();
    await auditor.getByText('还没有到期删除的图片和视频').waitFor();
    await withDeletions(auditor);
    await auditor.reload();
    const rows = auditor.getByTestId('deletion-row');
    await rows.filter({ hasText: '没有案件引用' }).filter({ hasText: '尚未删完' }).waitFor();
    const ended = rows.filter({ hasText: '案件期满' }).filter({ hasText: '2 个文件，3.4 MB' });
    await ended.locator('summary').focus();
    await auditor.keyboard.press('Enter');
    await ended.getByText('b'.repeat(64)).waitFor();
    same(await accessibilityFaults(auditor), []);
    await look(auditor, 'deletions');
  });

  await check('both lists fit a phone', hand, async () => {
    await signIn(hand, 'shenji', stage.password);
    await withDeletions(hand);
    for (const [path, row] of [['/audit', 'access-row'], ['/audit/deletions', 'deletion-row']]) {
      await hand.goto(path);
      await hand.getByTestId(row).first().waitFor();
      same([path, await overhang(hand)], [path, 0]);
      same([path, await accessibilityFaults(hand)], [path, []]);
      await look(hand, `${row}-phone`);
    }
    await hand.goto('/audit');
    await hand.getByRole('button', { name: '案件与时间' }).tap();
    await hand.fill('[data-testid=filter-from]', '2026-03-01T08:00');
    await hand.getByRole('button', { name: '案件与时间（1）' }).waitFor();
    await listed(hand);
    same(await overhang(hand), 0);
    await look(hand, 'filters-phone');
  });

  await check('nobody else is led there, and whoever goes gets the server’s refusal', reviewer, async () => {
    complaints.expect('/api/v1/access-log', 403);
    complaints.expect('/api/v1/deletions', 403);
    for (const path of ['/audit', '/audit/deletions']) {
      await reviewer.goto(path);
      await reviewer.getByRole('alert').filter({ hasText: '只有审计员和平台管理员可以查看此记录' }).waitFor();
      same(await reviewer.locator('[role=row], [role=search]').count(), 0);
    }
    same(await reviewer.getByRole('navigation', { name: '主导航' }).getByText('查阅记录').count(), 0);
  });
  for (const one of [auditor, hand]) await one.context().close();
}
