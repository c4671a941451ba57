// Takes the console's pictures for the guide from a running district, at a desk's and a phone's size.
//
//   node docs/guide/screenshots/take.mjs --url http://127.0.0.1:8080 --login NAME --password WORD
//        [--out docs/guide/images] [--merchant http://…/m/TOKEN] [--only review,cases]
//
// Needs web/node_modules (npm ci) and Chromium (CHROMIUM, default /usr/bin/chromium). Waits for what a
// picture must show, never for time; a screen that does not get there fails the run.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { chromium } = createRequire(`${root}web/package.json`)('playwright-core');

const { values: args } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    login: { type: 'string' },
    password: { type: 'string' },
    out: { type: 'string', default: `${root}docs/guide/images` },
    merchant: { type: 'string' },
    only: { type: 'string' },
  },
});
if (!args.login || !args.password) {
  console.error('take.mjs: --login and --password are needed');
  process.exit(2);
}
mkdirSync(args.out, { recursive: true });

const sizes = {
  desk: { viewport: { width: 1920, height: 1080 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

/** Every picture and clip in sight has arrived: none is being copied any more, none is half there. */
const pictures = (page) =>
  page.waitForFunction(
    () => {
      const inSight = (element) => {
        const { top, left, bottom, right } = element.getBoundingClientRect();
        return top < innerHeight && left < innerWidth && bottom > 0 && right > 0;
      };
      const drawn = {
        IMG: (image) => image.complete && image.naturalWidth > 0,
        VIDEO: (video) => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA,
      };
      return (
        !document.body.innerText.includes('正在生成脱敏') &&
        [...document.querySelectorAll('img, video')].filter(inSight).every((one) => drawn[one.tagName](one))
      );
    },
    null,
    { timeout: 180_000 },
  );

const screens = {
  async situation(page) {
    await page.waitForSelector('[data-testid=map][data-idle=true]');
    await page.waitForSelector('[data-testid=case-line]');
  },
  async review(page) {
    await page.waitForSelector('[data-testid=compare] img');
  },
  async cases(page) {
    await page.waitForSelector('[data-testid=case-row]');
  },
  async case(page) {
    await page.waitForSelector('[data-testid=timeline] li');
  },
  async cameras(page) {
    await page.waitForSelector('[data-testid=camera] img');
  },
  async pending(page) {
    await page.waitForSelector('[data-testid=as-of]');
  },
};

/** The case with the longest story: closed or put right, so that the picture shows the whole loop. */
async function tellingCase(page) {
  return page.evaluate(async () => {
    for (const state of ['closed', 'self_corrected', 'awaiting_verification', 'rechecking', '']) {
      const query = state ? `?state=${state}&limit=1` : '?limit=1';
      const answer = await fetch(`/api/v1/cases${query}`);
      const [found] = (await answer.json()).items;
      if (found) return found.id;
    }
    throw new Error('there is no case to show');
  });
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
const wanted = args.only?.split(',');
try {
  for (const [size, options] of Object.entries(sizes)) {
    const context = await browser.newContext({ ...options, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    const page = await context.newPage();
    const shoot = async (name) => {
      await pictures(page);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: `${args.out}/${name}-${size}.png` });
      console.log(`${name}-${size}.png`);
    };
    const want = (name) => !wanted || wanted.includes(name);

    await page.goto(`${args.url}/login`);
    await page.waitForSelector('#login');
    if (want('login')) await shoot('login');
    await page.fill('#login', args.login);
    await page.fill('#password', args.password);
    await page.click('button[type=submit]');
    await page.waitForSelector('[data-testid=data-age].live');
    for (const [name, ready] of Object.entries(screens)) {
      if (!want(name)) continue;
      const path = name === 'case' ? `/cases/${await tellingCase(page)}` : `/${name}`;
      await page.goto(args.url + path);
      await page.waitForSelector('[data-testid=data-age].live');
      await ready(page);
      await shoot(name);
    }
    if (args.merchant && size === 'phone' && want('merchant')) {
      await page.goto(args.merchant);
      await page.waitForSelector('[data-state]');
      await shoot('merchant');
    }
    await context.close();
  }
} finally {
  await browser.close();
}
