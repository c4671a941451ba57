// Chromium with eyes for everything that goes wrong in a page: console errors, broken policies, crashes,
// and what a screen reader or a colour-blind person could not use.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(`${root}web/package.json`);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const desk = { width: 1600, height: 900 };
export const phone = { width: 390, height: 844 };

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // The map needs WebGL; a machine without a graphics card computes it.
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

/** Everything a page complained about. `expected` are answers a check provokes on purpose. */
export class Complaints {
  #list = [];
  #expected = [{ path: '/api/v1/session', status: 401 }];

  expect(path, status) {
    this.#expected.push({ path, status });
  }
  /** While the server is away on purpose, lost connections are no fault. */
  away = false;

  watch(page) {
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const url = message.location().url;
      const text = message.text();
      if (this.away && /net::ERR_/.test(text)) return;
      const fits = ({ path, status }) => url.includes(path) && text.includes(`status of ${status} `);
      if (!this.#expected.some(fits)) this.#list.push(`${text} (${url})`);
    });
    page.on('pageerror', (error) => this.#list.push(`uncaught: ${error.stack ?? error}`));
    page.on('crash', () => this.#list.push('the page crashed'));
  }
  take() {
    return this.#list.splice(0);
  }
}

export async function openPage(browser, complaints, viewport, stageUrl) {
  const context = await browser.newContext({
    viewport,
    baseURL: stageUrl,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    isMobile: viewport === phone,
    hasTouch: viewport === phone,
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  complaints.watch(page);
  return page;
}

export async function signIn(page, login, password) {
  await page.goto('/login');
  await page.fill('#login', login);
  await page.fill('#password', password);
  await page.click('button[type=submit]');
  await page.waitForSelector('[data-testid=data-age].live');
}

/** Serious and critical faults by axe-core, as words. */
export async function accessibilityFaults(page) {
  // A box that is still fading in has no colours to judge yet.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
        .map((animation) => animation.finished.catch(() => {})),
    ),
  );
  // Evaluated, not injected as a script: the page's own policy must stay as it is.
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} — ${nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`);
}

/** Takes a camera away again, signed in as this page is; the answer's status. */
export const takeAway = (page, camera) =>
  page.evaluate(async (id) => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    return (await fetch(`/api/v1/cameras/${id}`, { method: 'DELETE', headers: { 'X-CSRF-Token': csrf } })).status;
  }, camera);

/** How far the page sticks out sideways, in pixels; the console scrolls inside its <main>. */
export const overhang = (page) =>
  page.evaluate(() => {
    const scrolled = [document.scrollingElement, document.querySelector('main')].filter(Boolean);
    return Math.max(...scrolled.map((box) => box.scrollWidth - box.clientWidth));
  });

/**
 * Every picture in sight has really been drawn, and there are at least so many. A copy that is still being
 * made takes its <img> away again until it is there.
 */
export const picturesShown = (page, selector = 'img', least = 1, timeout = 30_000) =>
  page.waitForFunction(([wanted, number]) => {
    const images = [...document.querySelectorAll(wanted)];
    return images.length >= number && images.every((image) => image.complete && image.naturalWidth > 0);
  }, [selector, least], { timeout });
