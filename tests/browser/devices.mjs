// A camera as a device, clicked: its address tried, zones drawn by mouse and by keyboard, watched live,
// reviewed by two people, relearned, and masked. One camera of its own, gone again at the end.
import { deepStrictEqual as same, ok } from 'node:assert';
import { accessibilityFaults, desk, openPage, overhang, phone, picturesShown, signIn, takeAway } from './browser.mjs';

const CAMERA = 'cam-device';

/** A press of the mouse at a place of the drawing, in 0..1. */
async function at(page, x, y) {
  const box = await page.getByTestId('zone-canvas').boundingBox();
  return [box.x + x * box.width, box.y + y * box.height];
}
async function press(page, x, y) {
  await page.mouse.click(...(await at(page, x, y)));
}
async function drag(page, from, to) {
  await page.mouse.move(...(await at(page, ...from)));
  await page.mouse.down();
  await page.mouse.move(...(await at(page, (from[0] + to[0]) / 2, (from[1] + to[1]) / 2)));
  await page.mouse.move(...(await at(page, ...to)));
  await page.mouse.up();
}
const polygonOf = (page, index) =>
  page.getByTestId('zone-shape').nth(index).evaluate((shape) => shape.getAttribute('points').split(' ').length);

export async function devices({ check, browser, complaints, stage, read, until, look = async () => {} }) {
  // A data steward keeps cameras and sees no cases; the first screen says so in words.
  complaints.expect('/api/v1/cases', 403);
  complaints.expect('/api/v1/map/points', 403);
  const page = await openPage(browser, complaints, desk, stage.url);
  const hand = await openPage(browser, complaints, phone, stage.url);
  const technical = await openPage(browser, complaints, desk, stage.url);
  const legal = await openPage(browser, complaints, desk, stage.url);

  await check('an address that does not answer is explained', page, async () => {
    await signIn(page, 'ziliao', stage.password);
    await page.goto('/cameras');
    await page.getByTestId('add-camera').click();
    await page.getByTestId('probe-source').fill('rtsp://127.0.0.1:1/live');
    await page.getByTestId('probe').click();
    await page.getByTestId('probe-result').filter({ hasText: '端口没有服务' }).waitFor();
    same(await accessibilityFaults(page), []);
  });

  await check('one that answers shows its picture, and zones are drawn on it', page, async () => {
    await page.getByTestId('probe-source').fill(stage.streets.two);
    await page.getByTestId('probe').click();
    await page.getByTestId('probe-result').filter({ hasText: '可以使用' }).waitFor({ timeout: 40_000 });
    await picturesShown(page, '.canvas img');
    await page.fill('[name=name]', '设备演示探头');
    await page.fill('[name=id]', CAMERA);
    await page.selectOption('[name=subdistrict]', { label: '四平路街道' });
    await page.getByTestId('zone-add').click();
    await page.getByTestId('zone-canvas').scrollIntoViewIfNeeded();
    for (const [x, y] of [[0.2, 0.5], [0.6, 0.5], [0.6, 0.9], [0.2, 0.9]]) await press(page, x, y);
    await page.getByTestId('zone-close').click();
    same(await polygonOf(page, 0), 4);
    await look(page, 'new-camera');
  });

  await check('a zone that crosses itself is told at its corner and cannot be saved; undo mends it', page, async () => {
    await drag(page, [0.2, 0.5], [0.8, 0.7]);
    await page.getByTestId('zone-faults').filter({ hasText: '自相交' }).waitFor();
    ok(await page.getByTestId('save-camera').isDisabled());
    await look(page, 'zone-fault');
    await page.getByTestId('zone-undo').click();
    await page.getByTestId('zone-faults').waitFor({ state: 'detached' });
  });

  await check('the keyboard moves, adds and takes away corners', page, async () => {
    const corner = page.getByTestId('zone-point').first();
    const before = await corner.getAttribute('aria-label');
    await corner.focus();
    await page.keyboard.press('ArrowRight');
    ok((await corner.getAttribute('aria-label')) !== before);
    await page.keyboard.press('Enter');
    same(await polygonOf(page, 0), 5);
    await page.keyboard.press('Delete');
    same(await polygonOf(page, 0), 4);
    await page.getByLabel('加一种违法').selectOption({ label: '占道堆物' });
    same(await accessibilityFaults(page), []);
  });

  await check('the camera is registered and comes up on a page of its own', page, async () => {
    await page.getByTestId('save-camera').click();
    await page.waitForURL(`**/cameras/${CAMERA}`);
    await page.getByTestId('camera-state').filter({ hasText: '正常' }).waitFor({ timeout: 60_000 });
    await until(page, `/cameras/${CAMERA}`, (camera) => camera.last_picture);
    await page.reload();
    await picturesShown(page, '.shown img');
    await page.locator('[data-testid=timeline] i.ok').first().waitFor({ state: 'attached' });
    same(await accessibilityFaults(page), []);
  });

  await check('the live view plays the camera’s own video', page, async () => {
    await page.getByTestId('show-live').click();
    await page.locator('[data-testid=live][data-state=playing]').waitFor({ timeout: 40_000 });
    const time = () => page.getByTestId('live-video').evaluate((video) => video.currentTime);
    const first = await time();
    await page.waitForFunction(
      (before) => document.querySelector('[data-testid=live-video]').currentTime > before + 1,
      first,
    );
    await look(page, 'live');
    await page.getByText('最近画面', { exact: true }).click();
  });

  await check('the device is reviewed by two people and holds', page, async () => {
    await page.getByTestId('review-register').click();
    await page.fill('[name=device]', '球机 A1 序列号 001');
    await page.fill('[name=standard]', 'GA/T 1127-2013');
    await page.fill('[name=place]', '四平路200号门前');
    await page.fill('[name=published_where]', '区政府网站公告第 3 号');
    await page.fill('[name=sign]', '路口立牌“电子监控”');
    await page.getByTestId('review-send').click();
    await page.getByTestId('review-standing').filter({ hasText: '待技术审核' }).waitFor();
    for (const [who, login, part, standing] of [
      [technical, 'jishu', 'technical', '待法制审核'],
      [legal, 'fazhi', 'legal', '审核有效'],
    ]) {
      await signIn(who, login, stage.password);
      await who.goto(`/cameras/${CAMERA}`);
      await who.getByTestId(`review-${part}`).click();
      await who.getByTestId('review-opinion').fill('现场核对无误');
      await who.getByTestId('review-pass').click();
      await who.getByTestId('review-standing').filter({ hasText: standing }).waitFor();
    }
    same(await accessibilityFaults(legal), []);
    await page.reload();
    await page.getByTestId('review-standing').filter({ hasText: '审核有效' }).waitFor();
    await picturesShown(page, '.shown img');
    await look(page, 'camera');
  });

  await check('the street is learned anew on a person’s word, and it is written down', page, async () => {
    await page.getByTestId('relearn').click();
    await page.getByTestId('relearn-yes').click();
    await page.locator('[aria-label=操作记录] li').filter({ hasText: '重新学习街面' }).first().waitFor();
  });

  await check('a mask ends the live view, and the page says why', page, async () => {
    await page.getByTestId('edit-zones').click();
    await page.getByRole('button', { name: '放一个方块' }).click();
    await page.locator('[data-testid=zone-form] select').first().selectOption('privacy_mask');
    await look(page, 'zones');
    await page.getByTestId('save-zones').click();
    await page.getByTestId('no-live').filter({ hasText: '隐私遮挡' }).waitFor();
    same(await page.getByTestId('show-live').count(), 0);
    await page.getByTestId('zone-effect').check();
    await look(page, 'effect');
  });

  await check('the camera’s page fits a phone, and a finger draws', hand, async () => {
    await signIn(hand, 'ziliao', stage.password);
    await hand.goto(`/cameras/${CAMERA}`);
    await picturesShown(hand, '.shown img');
    ok((await overhang(hand)) <= 0, `${await overhang(hand)} px too wide`);
    same(await accessibilityFaults(hand), []);
    await look(hand, 'camera-phone');
    await hand.getByTestId('edit-zones').click();
    await hand.getByTestId('zone-add').click();
    await hand.getByTestId('zone-canvas').scrollIntoViewIfNeeded();
    for (const [x, y] of [[0.05, 0.1], [0.3, 0.1], [0.3, 0.35]]) await hand.touchscreen.tap(...(await at(hand, x, y)));
    await hand.getByTestId('zone-close').click();
    same(await hand.getByTestId('zone-shape').count(), 3);
    ok((await overhang(hand)) <= 0, `${await overhang(hand)} px too wide`);
    await look(hand, 'zones-phone');
  });

  // Nobody may be about to fetch a picture of a camera that has just gone.
  for (const one of [hand, technical, legal]) await one.context().close();
  await check('the camera goes as it came', page, async () => {
    await page.goto('/cameras/new');
    same(await takeAway(page, CAMERA), 204);
    ok((await read(page, '/cameras')).items.every((camera) => camera.id !== CAMERA));
  });
  await page.context().close();
}
