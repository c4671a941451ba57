// The story of a day, clicked: sign in, look around, review by keyboard, the merchant's phone, a whole
// case from finding to closed, refusals shown in words, the server lost and found again.
//
// Checks run in order and share one district; a failed one is reported and the story goes on.
import { deepStrictEqual as same, ok } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { audit } from './audit.mjs';
import {
  Complaints, accessibilityFaults, desk, openBrowser, openPage, overhang, phone, picturesShown, signIn,
} from './browser.mjs';
import { cars } from './cars.mjs';
import { devices } from './devices.mjs';
import { Stage } from './stage.mjs';

const logs = fileURLToPath(new URL('../../build/logs/browser/', import.meta.url));
mkdirSync(logs, { recursive: true });
// A hung story must not hang the suite.
const watchdog = setTimeout(() => {
  console.log('the story did not end in time\n0 passed, 1 failed');
  process.exit(1);
}, 600_000);

let passed = 0;
let failed = 0;
const complaints = new Complaints();
const stage = await Stage.open();
const browser = await openBrowser();

async function check(name, page, story) {
  const began = Date.now();
  let fault = null;
  try {
    await story();
    const said = complaints.take();
    ok(said.length === 0, `the page complained:\n    ${said.join('\n    ')}`);
  } catch (error) {
    fault = error;
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (!fault) {
    passed += 1;
    console.log(`ok    ${name} (${seconds} s)`);
    return;
  }
  failed += 1;
  complaints.take();
  const picture = `${logs}${passed + failed}.png`;
  await page.screenshot({ path: picture }).catch(() => {});
  console.log(`FAIL  ${name} (${seconds} s)\n    ${String(fault.message ?? fault).slice(0, 1500)}\n    ${picture}`);
}

const page = await openPage(browser, complaints, desk, stage.url);
const leader = await openPage(browser, complaints, phone, stage.url);
const merchant = await openPage(browser, complaints, phone, stage.url);

const read = (from, path) => from.evaluate(async (p) => (await fetch(p)).json(), `/api/v1${path}`);
/** Polls the interface from a signed-in page until `what` holds of its answer. */
async function until(from, path, what, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await read(from, path);
    const found = what(answer);
    if (found) return found;
    if (Date.now() > end) throw new Error(`${path} never showed it: ${JSON.stringify(answer).slice(0, 600)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
/** Walks the review queue from its top to the item of this kind at this place. */
async function bringToFront(violation, place) {
  const items = page.locator('[data-testid=queue-item]');
  await items.filter({ hasText: violation }).filter({ hasText: place }).first().waitFor();
  const count = await items.count();
  for (let i = 0; i < count; i++) await page.keyboard.press('ArrowUp');
  for (let i = 0; i < count; i++) {
    const head = await page.locator('.desk .head').innerText();
    if (head.includes(violation) && head.includes(place)) return;
    await page.keyboard.press('j');
  }
  throw new Error(`${violation} at ${place} is not in the queue`);
}
const stateShown = (from, words) =>
  from.locator('[data-testid=case-state]').filter({ hasText: words }).waitFor({ timeout: 30_000 });

// --- looking around -------------------------------------------------------------------------------

await check('a wrong password is refused in words', page, async () => {
  complaints.expect('/api/v1/session', 401);
  await page.goto('/cases?open=true');
  await page.waitForURL('**/login?back=**');
  await page.fill('#login', 'shenhe');
  await page.fill('#password', 'not the password');
  await page.click('button[type=submit]');
  ok((await page.locator('[role=alert]').innerText()).length > 3);
  same(await accessibilityFaults(page), []);
});

await check('signing in leads back to where one wanted to go', page, async () => {
  await page.fill('#password', stage.password);
  await page.click('button[type=submit]');
  await page.waitForURL('**/cases?open=true');
  await page.waitForSelector('[data-testid=data-age].live');
});

await check('an empty day says so', page, async () => {
  complaints.expect('/api/v1/effects', 403); // Not for reviewers; the page says so in words.
  await page.goto('/review');
  await page.getByText('没有待初审的案件').waitFor();
  await page.goto('/pending');
  await page.waitForSelector('[data-testid=as-of]');
});

await check('the cameras show their last picture and health', page, async () => {
  await page.goto('/cameras');
  await page.locator('[data-testid=camera]').filter({ hasText: '正常' }).nth(1).waitFor();
  await picturesShown(page, '[data-testid=camera] img');
  await page.locator('[data-testid=camera]').first().click();
  await page.waitForURL('**/cameras/cam-*');
  await page.locator('.shown svg polygon').first().waitFor({ state: 'attached' });
  same(await accessibilityFaults(page), []);
});

await check('the map of the district is drawn, names and all', page, async () => {
  await page.goto('/situation');
  await page.waitForSelector('[data-testid=map][data-idle=true]', { timeout: 60_000 });
  same(await accessibilityFaults(page), []);
});

// The empty street must have been looked at for a while before anything is put on it.
await check('the watcher gets to know the empty street', page, async () => {
  const first = await until(page, '/cameras', (list) =>
    list.items.every((camera) => camera.last_picture_at) ? list.items.map((c) => Date.parse(c.last_picture_at)) : null,
  );
  await until(page, '/cameras', (list) =>
    list.items.every((camera, i) => camera.state === 'ok' && Date.parse(camera.last_picture_at) >= first[i] + 14_000),
  );
});

// --- review by keyboard ---------------------------------------------------------------------------

await check('findings come to the review screen by themselves', page, async () => {
  await page.goto('/review');
  await page.getByText('没有待初审的案件').waitFor();
  await stage.ask('place', { street: 'one', name: 'fruit', box: [0.15, 0.6, 0.16, 0.2] });
  await stage.ask('place', { street: 'one', name: 'stall', box: [0.65, 0.6, 0.16, 0.2] });
  await stage.ask('place', { street: 'two', name: 'pile', box: [0.15, 0.6, 0.16, 0.2] });
  await stage.ask('place', { street: 'two', name: 'bin', box: [0.68, 0.6, 0.14, 0.2] });
  await page.locator('[data-testid=queue-item]').nth(3).waitFor({ timeout: 90_000 });
  // Copies of what was found at once are made one after the other.
  await picturesShown(page, '[data-testid=compare] img', 2, 90_000);
  same(await page.locator('[data-testid=compare] img').count(), 2);
  same(await accessibilityFaults(page), []);
});

await check('keys move, flip, zoom and explain', page, async () => {
  const selected = () => page.locator('[aria-selected=true]').getAttribute('id');
  const first = await selected();
  await page.keyboard.press('j');
  ok((await selected()) !== first);
  await page.keyboard.press('ArrowUp');
  same(await selected(), first);
  await page.keyboard.press(' ');
  await page.waitForSelector('[data-testid=compare].flip');
  await page.keyboard.press('v');
  await page.waitForSelector('[data-testid=compare].side');
  await page.keyboard.press('z');
  await page.waitForSelector('[data-testid=compare] .zoomed');
  await page.keyboard.press('z');
  await page.keyboard.press('?');
  await page.getByText('审核台按键').waitFor();
  await page.keyboard.press('y'); // Must not confirm what lies behind the help.
  await page.keyboard.press('Escape');
  await page.getByText('审核台按键').waitFor({ state: 'hidden' });
  same(await page.locator('[data-testid=queue-item]').count(), 4);
});

await check('the clip plays', page, async () => {
  const clip = page.locator('.clip video');
  await clip.waitFor({ timeout: 120_000 }); // its copy is made first
  await page.waitForFunction(() => document.querySelector('.clip video')?.readyState >= 2);
  ok(await clip.evaluate((video) => video.duration > 1));
  await page.keyboard.press('c');
  await page.waitForFunction(() => document.querySelector('.clip video').currentTime > 0);
  await page.keyboard.press('c');
});

await check('N and a digit reject with that reason', page, async () => {
  await bringToFront('占道堆物', '四平路二号');
  const id = (await page.locator('[aria-selected=true]').getAttribute('id')).slice(2);
  await page.keyboard.press('n');
  await page.getByTestId('reject-reasons').waitFor();
  await page.keyboard.press('4');
  await page.waitForFunction((gone) => !document.getElementById(`q-${gone}`), id);
  const after = await read(page, `/cases/${id}`);
  same(after.state, 'rejected');
  ok(after.events.some((event) => event.facts.reason === '临时装卸，时间很短'));
});

let fruit = '';
await check('Y confirms, and the merchant gets a message', page, async () => {
  await bringToFront('跨门经营', '老王水果');
  fruit = (await page.locator('[aria-selected=true]').getAttribute('id')).slice(2);
  await page.keyboard.press('y');
  await page.waitForFunction((gone) => !document.getElementById(`q-${gone}`), fruit);
  const message = await stage.ask('message', { phone: '19900000001' });
  ok(message.text.includes(`${stage.url}/m/`), message.text);
  same((await stage.ask('delivered', { message })).status, 200);
  await until(page, `/cases/${fruit}`, (found) => found.state === 'awaiting_correction');
  merchant.link = /https?:\/\/\S+\/m\/[\w.~%-]+/.exec(message.text)[0];
});

// --- the merchant ---------------------------------------------------------------------------------

await check('the merchant’s page says what to do by when', merchant, async () => {
  await merchant.goto(merchant.link);
  await merchant.waitForSelector('[data-state=awaiting_correction]');
  await picturesShown(merchant, '.picture');
  const text = await merchant.locator('main').innerText();
  for (const word of ['老王水果', '跨门经营', '四平路100号', '请在', '已整改', '有异议']) ok(text.includes(word), word);
  same(await overhang(merchant), 0);
  same(await accessibilityFaults(merchant), []);
});

await check('已整改 asks for another look, and the empty street ends it', merchant, async () => {
  await stage.ask('remove', { street: 'one', name: 'fruit' });
  await merchant.click('[data-action=claim]');
  await merchant.locator('.state.waiting, .state.good').waitFor();
  await merchant.waitForSelector('[data-state=self_corrected]', { timeout: 60_000 });
  await merchant.getByText('已整改到位').waitFor();
  same(await merchant.locator('[data-action]').count(), 0);
  await page.goto(`/cases/${fruit}`);
  await stateShown(page, '自纠办结');
});

await check('a link that is not ours is refused in words', merchant, async () => {
  complaints.expect('/api/v1/merchant/', 404);
  complaints.expect('/m/', 404);
  await merchant.goto(`${stage.url}/m/not-a-token`);
  await merchant.getByText('链接无效或已过期').waitFor();
});

await check('an objection goes to a person', merchant, async () => {
  await page.goto('/review');
  await bringToFront('占道堆物', '江南茶行');
  const id = (await page.locator('[aria-selected=true]').getAttribute('id')).slice(2);
  await page.keyboard.press('y');
  await page.waitForFunction((gone) => !document.getElementById(`q-${gone}`), id);
  const message = await stage.ask('message', { phone: '19900000002' });
  await stage.ask('delivered', { message });
  await until(page, `/cases/${id}`, (found) => found.state === 'awaiting_correction');
  await merchant.goto(/https?:\/\/\S+\/m\/[\w.~%-]+/.exec(message.text)[0]);
  await merchant.click('[data-action=object]');
  await merchant.click('[data-action=claim]');
  await merchant.getByText('请写明您的理由').first().waitFor();
  await merchant.fill('#reason', '货物是隔壁店的');
  await merchant.click('[data-action=claim]');
  await merchant.getByText('异议已提交').waitFor();
  await page.goto(`/cases/${id}`);
  await page.getByText('商户有异议，待处理').waitFor();
  await page.getByText('货物是隔壁店的').waitFor();
  await page.click('[data-testid=command-dismiss_objection]');
  await page.fill('#fact-reason', '照片显示为本店货物');
  await page.click('[data-testid=command-submit]');
  await page.getByText('商户有异议，待处理').waitFor({ state: 'hidden' });
});

// --- a whole case, clicked through ----------------------------------------------------------------

let stall = '';
await check('a confirmed stall goes straight to the team', page, async () => {
  await page.goto('/review');
  await bringToFront('占道设摊', '四平路一号');
  stall = (await page.locator('[aria-selected=true]').getAttribute('id')).slice(2);
  await page.click('[data-testid=confirm]');
  await page.waitForFunction((gone) => !document.getElementById(`q-${gone}`), stall);
  await page.goto(`/cases/${stall}`);
  await stateShown(page, '待签收');
});

await check('the team leader accepts and starts, on a phone', leader, async () => {
  await signIn(leader, 'duizhang', stage.password);
  await leader.goto(`/cases/${stall}`);
  await stateShown(leader, '待签收');
  same(await overhang(leader), 0);
  await leader.click('[data-testid=command-accept]');
  await leader.click('[data-testid=command-submit]');
  await stateShown(leader, '已签收');
  await leader.click('[data-testid=command-start_on_site]');
  await leader.click('[data-testid=command-submit]');
  await stateShown(leader, '现场处置中');
});

await check('a result without its facts is refused before it is sent', leader, async () => {
  await leader.click('[data-testid=command-submit_result]');
  await leader.click('[data-testid=command-submit]');
  await leader.locator('[data-testid=command-form] [role=alert]').waitFor();
});

await check('the result goes in with two officers and pictures', leader, async () => {
  const shot = await leader.screenshot({ type: 'jpeg' });
  const file = (name) => ({ name, mimeType: 'image/jpeg', buffer: shot });
  await leader.fill('#fact-text', '摊位已撤离，地面已清理');
  await leader.locator('#fact-officers').fill('duiyuan-1');
  await leader.keyboard.press('Enter');
  await leader.setInputFiles('[data-testid=pictures-handled_before]', file('before.jpg'));
  await leader.locator('.shots img').nth(0).waitFor();
  await leader.setInputFiles('[data-testid=pictures-handled_after]', file('after.jpg'));
  await leader.locator('.shots img').nth(1).waitFor();
  same(await accessibilityFaults(leader), []);
  await leader.click('[data-testid=command-submit]');
  await stateShown(leader, '待核查');
});

await check('the reviewer sees the pictures arrive and closes the case', page, async () => {
  await stateShown(page, '待核查'); // By itself, over the stream.
  await page.getByRole('button', { name: '处置前后' }).click();
  await picturesShown(page, '[data-testid=compare] img');
  await page.click('[data-testid=command-pass_verification]');
  await page.click('[data-testid=command-submit]');
  await stateShown(page, '结案');
  same(await page.locator('.commands .buttons .primary').count(), 0);
  ok((await page.locator('[data-testid=timeline] li').count()) >= 6);
  same(await accessibilityFaults(page), []);
});

// --- what goes wrong ------------------------------------------------------------------------------

/** Runs in a page: adds a remark to a case on its present version. Returns the status. */
async function noteOf(id) {
  const { csrf } = await (await fetch('/api/v1/session')).json();
  const { version } = await (await fetch(`/api/v1/cases/${id}`)).json();
  const body = { command_id: `race-${Date.now()}`, version, command: 'note', facts: { text: '先到的备注' } };
  const answer = await fetch(`/api/v1/cases/${id}/commands`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
    body: JSON.stringify(body),
  });
  return answer.status;
}
await check('a case that moved on meanwhile is read again, and says so', page, async () => {
  complaints.expect('/commands', 409);
  const [pile] = (await read(page, '/cases?open=true')).items;
  await page.goto(`/cases/${pile.id}`);
  await page.click('[data-testid=command-note]');
  await page.fill('#fact-text', '晚到的备注');
  // Somebody else is faster by a moment.
  const faster = new Promise((resolve) => {
    const first = async (route) => {
      resolve(await leader.evaluate(noteOf, pile.id).catch(String));
      await route.continue();
    };
    void page.route('**/commands', first, { times: 1 });
  });
  await page.click('[data-testid=command-submit]');
  same(await faster, 200);
  await page.getByText('案件刚刚有了变化').first().waitFor();
  await page.getByText('先到的备注').waitFor();
  same(await page.getByText('晚到的备注').count(), 0);
});

await check('what could not be sent waits for a person, and a press sends it', page, async () => {
  await stage.ask('sms_away', { away: true });
  await stage.ask('place', { street: 'one', name: 'again', box: [0.14, 0.6, 0.16, 0.2] });
  await page.goto('/review');
  await page.locator('[data-testid=queue-item]').filter({ hasText: '跨门经营' }).first().waitFor({ timeout: 60_000 });
  await bringToFront('跨门经营', '老王水果');
  await page.keyboard.press('Enter');
  const duty = await openPage(browser, complaints, desk, stage.url);
  await signIn(duty, 'zhiban', stage.password);
  await duty.goto('/pending');
  const parked = duty.getByTestId('parked');
  await parked.first().waitFor({ timeout: 60_000 });
  same(await accessibilityFaults(duty), []);
  await stage.ask('sms_away', { away: false });
  // While the gateway was away, more may have been given up than was shown at first.
  while ((await parked.count()) > 0) {
    const id = await parked.first().getAttribute('id');
    await duty.locator(`[id="${id}"]`).getByRole('button', { name: '重试' }).click();
    await duty
      .waitForFunction((sent) => document.getElementById(sent) === null, id)
      .catch(async () => {
        throw new Error(`it still waits: ${await duty.locator('main').innerText()}`);
      });
  }
  await duty.context().close();
});

await devices({ check, browser, complaints, stage, read, until });
await cars({ check, browser, complaints, stage, read, until });
await audit({ check, browser, complaints, stage, read, reviewer: page, seen: stall });

await check('every screen fits a phone and can be used by everyone', leader, async () => {
  complaints.expect('/api/v1/review', 403); // Not for team leaders.
  for (const path of ['/situation', '/review', '/cases', '/cameras', '/pending', `/cases/${stall}`]) {
    await leader.goto(path);
    await leader.waitForSelector('[data-testid=data-age].live');
    await leader.waitForLoadState('load');
    same([path, await overhang(leader)], [path, 0]);
    same([path, await accessibilityFaults(leader)], [path, []]);
  }
});

await check('a lost server is told in red with the age of what is shown', page, async () => {
  await page.goto('/cases');
  await page.waitForSelector('[data-testid=case-row]');
  await page.waitForSelector('[data-testid=data-age].live');
  complaints.away = true;
  same((await stage.ask('stop')).status, 0);
  const banner = page.getByTestId('stale-banner');
  await banner.waitFor({ timeout: 30_000 });
  ok(/画面停在 \d\d:\d\d:\d\d/.test(await banner.innerText()));
  ok((await page.locator('[data-testid=data-age]').innerText()).includes('数据停在'));
  same(await accessibilityFaults(page), []);
});

await check('and when it is back, everything goes on without a reload', page, async () => {
  await stage.ask('start');
  await page.getByTestId('stale-banner').waitFor({ state: 'hidden', timeout: 60_000 });
  await page.waitForSelector('[data-testid=data-age].live');
  complaints.away = false;
  complaints.take();
});

await check('signing out ends it', page, async () => {
  await page.click('[aria-label=退出登录]');
  await page.waitForURL('**/login**');
  await page.goto('/cases');
  await page.waitForURL('**/login?back=**');
});

await browser.close();
if (failed > 0) console.log((await stage.ask('log')).tail);
await stage.close();
clearTimeout(watchdog);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
