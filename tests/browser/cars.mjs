// A camera on a car, clicked: how it sits and where the car's position comes from, entered, refused in
// words, seen from above, changed. One camera of its own, gone again at the end.
import { deepStrictEqual as same, ok } from 'node:assert';
import { accessibilityFaults, desk, openPage, overhang, phone, signIn, takeAway } from './browser.mjs';

const CAMERA = 'car-device';

export async function cars({ check, browser, complaints, stage, read, until, look = async () => {} }) {
  complaints.expect('/api/v1/cases', 403);
  complaints.expect('/api/v1/map/points', 403);
  const page = await openPage(browser, complaints, desk, stage.url);
  const hand = await openPage(browser, complaints, phone, stage.url);
  const field = (name) => page.locator(`[name="${name}"]`);

  await check('a car’s camera asks how it sits and where the car’s position comes from', page, async () => {
    await signIn(page, 'ziliao', stage.password);
    await page.goto('/cameras/new');
    same(await field('mounting.height_m').count(), 0);
    await page.getByTestId('probe-source').fill(stage.streets.two);
    await page.fill('[name=name]', '巡逻车右侧');
    await page.fill('[name=id]', CAMERA);
    await page.selectOption('[name=subdistrict]', { label: '四平路街道' });
    await page.selectOption('[name=kind]', { label: '车载探头' });
    await field('mounting.height_m').waitFor();
    ok(await page.getByTestId('save-camera').isDisabled(), 'without an address it can be saved');
    await field('track.source').fill('10.0.0.8');
    await page.getByText('应为 tcp://主机:端口').waitFor();
    await field('track.source').fill('tcp://127.0.0.1:9');
    await field('mounting.height_m').fill('19');
    await page.getByText('19 超出范围，应为 0.5 到 6 米').waitFor();
    ok(await page.getByTestId('save-camera').isDisabled());
    await field('mounting.height_m').fill('1.9');
    same(await accessibilityFaults(page), []);
    await look(page, 'new-car');
  });

  await check('the drawing from above turns with what is entered', page, async () => {
    const view = () => page.locator('.car .view').getAttribute('d');
    const before = await view();
    await field('mounting.yaw_deg').fill('90');
    ok((await view()) !== before);
  });

  await check('it is registered, and without a model it says that it cannot judge', page, async () => {
    await page.getByTestId('save-camera').click();
    await page.waitForURL(`**/cameras/${CAMERA}`);
    await page.getByTestId('camera-state').filter({ hasText: '无模型' }).waitFor({ timeout: 60_000 });
    const kept = await read(page, `/cameras/${CAMERA}`);
    same([kept.mounting.yaw_deg, kept.mounting.height_m, kept.track.source], [90, 1.9, 'tcp://127.0.0.1:9']);
    same(await page.getByTestId('relearn').count(), 0);
    await look(page, 'car');
  });

  await check('it is changed, and the rest stays', page, async () => {
    await page.getByTestId('edit-car').click();
    await field('track.look_every_m').fill('6');
    await page.getByTestId('save-car').click();
    const kept = await until(page, `/cameras/${CAMERA}`, (camera) => camera.track.look_every_m === 6 && camera);
    same([kept.mounting.yaw_deg, kept.name], [90, '巡逻车右侧']);
  });

  await check('the form fits a phone', hand, async () => {
    await signIn(hand, 'ziliao', stage.password);
    await hand.goto(`/cameras/${CAMERA}`);
    await hand.getByTestId('edit-car').click();
    await hand.locator('[name="track.source"]').waitFor();
    ok((await overhang(hand)) <= 0, `${await overhang(hand)} px too wide`);
    same(await accessibilityFaults(hand), []);
    await look(hand, 'car-phone');
  });

  await hand.context().close();
  await check('the car’s camera goes as it came', page, async () => {
    await page.goto('/cameras/new');
    same(await takeAway(page, CAMERA), 204);
  });
  await page.context().close();
}
