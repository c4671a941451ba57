// A small stand-in for the server while drawing screens (`npm run dev`). It is never built into the
// product: only Vite's development server loads it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import type { CaseDetail, CaseState, CaseSummary } from '../../src/api/types';
import { accessPage, deletions } from './audit';
import { commandsOf, makeCase, makeWorld, stateZh, type World } from './world';

const scenes = fileURLToPath(new URL('../../../demo/scenes/', import.meta.url));

function picture(camera: string, role: string): Buffer | null {
  const plate = `${scenes}${camera}/plate.jpg`;
  if (!existsSync(plate)) return null;
  if (role === 'before') return readFileSync(plate);
  const box =
    'drawbox=x=560:y=380:w=190:h=150:color=0xd2691e@0.9:t=fill,drawbox=x=550:y=370:w=210:h=170:color=red:t=4';
  const run = spawnSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      plate,
      '-vf',
      `scale=1280:720,${box}`,
      '-f',
      'mjpeg',
      '-frames:v',
      '1',
      '-',
    ],
    { maxBuffer: 1 << 24 },
  );
  return run.stdout.length ? run.stdout : null;
}

export function mockServer(): Plugin {
  const world = makeWorld();
  const streams = new Set<ServerResponse>();
  const pictures = new Map<string, Buffer | null>();
  let position = 1;

  function tell(summary: CaseSummary) {
    const change = { id: summary.id, version: summary.version, at: summary.updated_at, summary };
    for (const stream of streams) {
      stream.write(`id: ${++position}\nevent: case\ndata: ${JSON.stringify(change)}\n\n`);
    }
  }
  setInterval(() => streams.forEach((stream) => stream.write(': alive\n\n')), 5000).unref();
  setInterval(() => {
    if (streams.size === 0 || world.cases.length > 80) return;
    const fresh = makeCase(world.cases.length + 1, 'reported');
    world.cases.unshift(fresh);
    tell(summaryOf(fresh));
  }, 15_000).unref();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? '/', 'http://mock');
    const path = url.pathname;
    const send = (status: number, body: unknown) => {
      response.statusCode = status;
      response.setHeader(
        'Content-Type',
        status < 400 ? 'application/json' : 'application/problem+json',
      );
      response.end(JSON.stringify(body));
      return true;
    };
    const problem = (status: number, code: string, title: string, detail = title) =>
      send(status, { type: 'about:blank', title, status, code, detail });
    const session = {
      user: world.user,
      csrf: 'mock',
      duties: ['read_cases', 'read_cameras', 'read_users', 'read_audit'],
    };
    const now = new Date().toISOString();

    if (!path.startsWith('/api/')) return false;
    if (path === '/api/v1/session') {
      if (request.method === 'POST') {
        const { login } = JSON.parse(await bodyOf(request)) as { login: string };
        if (login === 'bad') return problem(401, 'unauthenticated', '账号或密码不对');
        response.setHeader('Set-Cookie', 'mock=1; Path=/; HttpOnly');
        return send(200, session);
      }
      if (request.method === 'DELETE') {
        response.setHeader('Set-Cookie', 'mock=; Path=/; Max-Age=0');
        return send(200, {});
      }
      return request.headers.cookie?.includes('mock=1')
        ? send(200, session)
        : problem(401, 'unauthenticated', '尚未登录');
    }
    const shot = /^\/api\/v1\/blobs\/(cam-\d+)-(\w+)$/.exec(path);
    if (shot) {
      if (!pictures.has(path)) pictures.set(path, picture(shot[1]!, shot[2]!));
      const bytes = pictures.get(path);
      if (!bytes) return problem(404, 'not_found', '没有图片');
      response.setHeader('Content-Type', 'image/jpeg');
      response.end(bytes);
      return true;
    }
    if (path === '/api/v1/stream') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(': hello\n\n');
      streams.add(response);
      request.on('close', () => streams.delete(response));
      return true;
    }
    if (path === '/api/v1/review') {
      const items = world.cases.filter((c) => c.state === 'reported').reverse();
      return send(200, { items, next_cursor: null, as_of: now, total: items.length });
    }
    if (path === '/api/v1/cases') {
      const q = url.searchParams;
      const items = world.cases.filter(
        (c) =>
          (!q.get('state') || c.state === q.get('state')) &&
          (!q.get('violation') || c.violation === q.get('violation')) &&
          (!q.get('camera') || c.camera.id === q.get('camera')) &&
          (!q.get('overdue') || c.overdue) &&
          (!q.get('subdistrict') || c.subdistrict === q.get('subdistrict')),
      );
      const from = Number(q.get('cursor') ?? 0);
      const limit = Number(q.get('limit') ?? 50);
      const next = from + limit < items.length ? String(from + limit) : null;
      return send(200, {
        items: items.slice(from, from + limit).map(summaryOf),
        next_cursor: next,
        as_of: now,
        total: items.length,
      });
    }
    const one = /^\/api\/v1\/cases\/(\w+)(\/commands)?$/.exec(path);
    if (one) {
      const found = world.cases.find((c) => c.id === one[1]);
      if (!found) return problem(404, 'not_found', '没有这个案件');
      if (!one[2]) return send(200, found);
      const body = JSON.parse(await bodyOf(request)) as {
        command: string;
        version: number;
        facts?: { reason?: string };
      };
      if (body.version !== found.version) return problem(409, 'version_conflict', '案件已有变化');
      apply(world, found, body.command, body.facts?.reason);
      tell(summaryOf(found));
      return send(200, { case: found, events: [] });
    }
    if (path === '/api/v1/map/points') {
      const items = world.cases
        .filter((c) => commandsOf(c.state) !== null)
        .map((c) => ({
          id: c.id,
          lon: c.position.lon,
          lat: c.position.lat,
          state: c.state,
          violation: c.violation,
          overdue: c.overdue,
        }));
      return send(200, { items, as_of: now });
    }
    if (path === '/api/v1/funnel') return send(200, { ...world.funnel, as_of: now });
    if (path === '/api/v1/cameras') return send(200, { items: world.cameras, as_of: now });
    if (path === '/api/v1/reference') return send(200, world.reference);
    if (path === '/api/v1/teams') return send(200, { items: world.teams });
    if (path === '/api/v1/effects') {
      return send(200, {
        items: url.searchParams.get('status') === 'parked' ? world.effects : [],
        next_cursor: null,
        as_of: now,
      });
    }
    if (path === '/api/v1/users') return send(200, { items: [world.user] });
    if (path === '/api/v1/access-log') {
      return send(200, { ...accessPage(world, url.searchParams), as_of: now });
    }
    if (path === '/api/v1/deletions') {
      return send(200, { items: deletions(world), next_cursor: null, as_of: now });
    }
    if (path.endsWith('/retry')) return send(200, world.effects.shift());
    if (path.startsWith('/api/v1/merchant/')) {
      if (path.endsWith('/claim')) world.notice.state = 'rechecking';
      if (path.endsWith('/object')) world.notice.can_object = false;
      return send(200, { ...world.notice, state_zh: stateZh(world.notice.state) });
    }
    return problem(404, 'not_found', '没有这个接口');
  }

  type Middlewares = {
    use: (
      run: (q: IncomingMessage, r: ServerResponse, next: (e?: unknown) => void) => void,
    ) => void;
  };
  function install(middlewares: Middlewares, policy: string | null) {
    middlewares.use((request, response, next) => {
      if (request.url?.startsWith('/m/')) request.url = '/m.html';
      if (policy) response.setHeader('Content-Security-Policy', policy);
      handle(request, response).then((done) => done || next(), next);
    });
  }
  return {
    name: 'mock-server',
    configureServer: (server) => install(server.middlewares, null),
    // The built console under the server's own policy.
    configurePreviewServer: (server) => install(server.middlewares, contentPolicy),
  };
}

const contentPolicy =
  "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
  "worker-src 'self'; connect-src 'self'; frame-ancestors 'none'";

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text || '{}';
}

function summaryOf(detail: CaseDetail): CaseSummary {
  const copy: Partial<CaseDetail> = { ...detail };
  for (const key of [
    'pictures',
    'clip',
    'events',
    'allowed',
    'reminders',
    'order_reference',
    'team',
    'department',
    'merged_into',
    'escalations',
    'reworks',
    'extensions',
    'check_on_spot',
    'objection_pending',
  ] as const) {
    delete copy[key];
  }
  return copy as CaseSummary;
}

function apply(world: World, found: CaseDetail, command: string, reason?: string) {
  const next: Record<string, CaseState> = {
    confirm: 'reminding',
    reject: 'rejected',
    merge: 'merged',
    transfer: 'transferring',
    accept: 'accepted',
    start_on_site: 'on_site',
    submit_result: 'awaiting_verification',
    pass_verification: 'closed',
  };
  const to = next[command] ?? found.state;
  const at = new Date().toISOString();
  found.version += 1;
  found.events.push({
    sequence: found.version,
    kind: 'noted',
    kind_zh: '已办',
    from: found.state,
    to,
    from_zh: found.state_zh,
    to_zh: stateZh(to),
    at,
    actor: {
      id: world.user.id,
      name: world.user.name,
      role: world.user.role,
      role_zh: world.user.role_zh,
    },
    due: null,
    facts: reason ? { reason } : {},
    hash: 'a'.repeat(64),
  });
  found.state = to;
  found.state_zh = stateZh(to);
  found.updated_at = at;
  found.allowed = commandsOf(to) ?? [];
}
