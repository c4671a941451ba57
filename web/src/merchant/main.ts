// The page behind the link in a merchant's message. Small, without a framework, for any phone.
import '../polyfill';
import { asApiError, errorOf } from '@/api/errors';
import { newCommandId } from '@/api/command_id';
import type { MerchantNotice } from '@/api/types';
import { untilPrepared } from '@/lib/untilPrepared';
import { moment, shownOf } from './notice';
import './merchant.css';

const page = document.getElementById('page')!;
const token = decodeURIComponent(location.pathname.replace(/^\/m\/?/, '').replace(/\/$/, ''));
const base = `/api/v1/merchant/${encodeURIComponent(token)}`;

// One id for each button of this visit: pressing again asks for the same thing, not for another.
const claimId = newCommandId();
let objectId = newCommandId();
let notice: MerchantNotice | null = null;
// What was pressed here, until the case moves on and its state says more than the press did.
let asked: 'claim' | 'object' | null = null;
let askedIn: MerchantNotice['state'] | null = null;
let problem = '';
let busy = false;
let objecting = false;
let reason = '';

type Child = Node | string | null;
function el(tag: string, props: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  for (const child of children) if (child !== null) node.append(child);
  return node;
}

async function call(path: string, body?: unknown): Promise<MerchantNotice> {
  const response = await fetch(`${base}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
  });
  const data: unknown = await response.json().catch(() => null);
  if (!response.ok) throw errorOf(response.status, data, response.headers.get('Retry-After'));
  return data as MerchantNotice;
}

async function act(what: 'claim' | 'object') {
  if (busy) return;
  if (what === 'object' && !reason.trim()) {
    problem = '请写明您的理由';
    draw();
    return;
  }
  busy = true;
  problem = '';
  draw();
  try {
    notice =
      what === 'claim'
        ? await call('/claim', { command_id: claimId })
        : await call('/object', { command_id: objectId, reason: reason.trim() });
    asked = what;
    askedIn = notice.state;
    objecting = false;
  } catch (thrown) {
    const error = asApiError(thrown);
    problem = error.message;
    // The words may be changed after a refusal; other words are another request.
    if (error.definite) objectId = newCommandId();
  }
  busy = false;
  draw();
}

function button(text: string, kind: string, press: () => void): HTMLElement {
  const node = el('button', { type: 'button', class: kind, 'data-action': kind }, text);
  if (busy) node.setAttribute('disabled', '');
  node.addEventListener('click', press);
  return node;
}

function actions(shown: MerchantNotice): HTMLElement | null {
  if (asked || (!shown.can_claim && !shown.can_object)) return null;
  if (objecting) return objection();
  const box = el('div', { class: 'actions' });
  if (shown.can_claim)
    box.append(button(busy ? '正在提交…' : '已整改', 'claim', () => void act('claim')));
  if (shown.can_object) {
    box.append(
      button('有异议', 'object', () => {
        objecting = true;
        problem = '';
        draw();
        document.getElementById('reason')?.focus();
      }),
    );
  }
  return box;
}

function objection(): HTMLElement {
  const area = el('textarea', {
    id: 'reason',
    rows: '4',
    maxlength: '2000',
  }) as HTMLTextAreaElement;
  area.value = reason;
  area.addEventListener('input', () => (reason = area.value));
  return el(
    'div',
    { class: 'actions' },
    el('label', { for: 'reason' }, '请写明您的理由，由工作人员处理'),
    area,
    button(busy ? '正在提交…' : '提交异议', 'claim', () => void act('object')),
    button('返回', 'object', () => {
      objecting = false;
      problem = '';
      draw();
    }),
  );
}

function row(name: string, value: string): HTMLElement {
  return el('div', {}, el('dt', {}, name), el('dd', {}, value));
}

/** The copy may still be made when the link is opened at once. */
async function showWhenPrepared(picture: HTMLImageElement) {
  const url = picture.src;
  const there = await untilPrepared(url, new AbortController().signal);
  if (there) picture.src = `${url}?again`;
  else picture.remove();
}

function draw() {
  if (!notice) {
    page.replaceChildren(
      el(
        'main',
        {},
        el('h1', {}, '街面秩序提醒'),
        el(
          'section',
          { class: 'state plain', role: 'status' },
          el('strong', {}, problem || '正在读取…'),
        ),
        problem ? button('重试', 'object', () => void load()) : null,
      ),
    );
    return;
  }
  const now = Date.now();
  const shown = shownOf(notice, now, asked);
  const picture = notice.picture
    ? el('img', { src: notice.picture, alt: '现场图片，框内为需要整改之处', class: 'picture' })
    : null;
  picture?.addEventListener('error', () => void showWhenPrepared(picture as HTMLImageElement), {
    once: true,
  });
  page.replaceChildren(
    el(
      'main',
      {},
      el('header', {}, el('h1', {}, `街面秩序提醒 · ${notice.agency}`), el('p', {}, notice.shop)),
      el(
        'section',
        { class: `state ${shown.tone}`, role: 'status', 'data-state': notice.state },
        el('strong', {}, shown.headline),
        ...shown.lines.map((line) => el('p', {}, line)),
      ),
      problem ? el('p', { class: 'problem', role: 'alert' }, problem) : null,
      actions(notice),
      picture,
      el(
        'dl',
        {},
        row('事项', notice.violation_zh),
        row('地点', notice.address),
        row('拍摄时间', moment(notice.seen_at, now)),
      ),
      notice.phone
        ? el(
            'p',
            { class: 'phone' },
            '咨询电话 ',
            el('a', { href: `tel:${notice.phone.replace(/[^\d+]/g, '')}` }, notice.phone),
          )
        : null,
      el(
        'footer',
        {},
        '本提醒依据街面秩序告知承诺发出。图片只是线索，不是处罚决定；您有权说明情况、提出异议。',
      ),
    ),
  );
}

async function load() {
  problem = '';
  try {
    notice = await call('');
  } catch (thrown) {
    const error = asApiError(thrown);
    problem =
      error.status === 404 || error.status === 401 || error.status === 403
        ? '这个链接无效或已过期，请以最新的短信为准。'
        : error.message;
  }
  draw();
}

draw();
void load();
// While waiting for the other look, the page asks now and then; typing is never interrupted.
setInterval(() => {
  if (notice && !busy && !objecting && document.visibilityState === 'visible') {
    call('').then(
      (next) => {
        notice = next;
        if (next.state !== askedIn) asked = null;
        draw();
      },
      () => {},
    );
  }
}, 10_000);
