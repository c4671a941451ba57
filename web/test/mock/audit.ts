// The stand-in's access log: three pages of every kind, one of them of a newer server.
import type { Access, Deletion } from '../../src/api/types';
import type { World } from './world';

const kinds = ['picture', 'thumbnail', 'clip', 'original', 'camera_picture', 'missed', 'hologram'];
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const hash = (n: number) => n.toString(16).padStart(4, '0').repeat(16);

function access(world: World, n: number): Access {
  const what = kinds[n % kinds.length] as Access['what'];
  const missed = what === 'missed';
  const subject = world.cases[n % world.cases.length]!;
  const ofCamera = what === 'camera_picture';
  return {
    at: ago(n * 7),
    user: missed ? 'system' : world.user.id,
    name: missed ? '' : world.user.name,
    role: missed ? 'system' : world.user.role,
    unit: n % 3 && !missed ? subject.subdistrict : null,
    what,
    blob: missed ? null : hash(n),
    case: missed || ofCamera ? null : subject.id,
    camera: ofCamera ? subject.camera.id : null,
    reason: what === 'original' ? '商户申诉，核对原始画面中的门牌和物品' : null,
    times: missed ? 904 : 1 + (n % 4),
  };
}

export function accessPage(world: World, query: URLSearchParams) {
  const fits = (item: Access) =>
    (['user', 'case', 'blob', 'what'] as const).every(
      (name) => !query.get(name) || query.get(name) === item[name],
    );
  const items = Array.from({ length: 130 }, (_, n) => access(world, n)).filter(fits);
  const from = Number(query.get('cursor') ?? 0);
  const next = from + Number(query.get('limit') ?? 50);
  return { items: items.slice(from, next), next_cursor: next < items.length ? String(next) : null };
}

export const deletions = (world: World): Deletion[] =>
  [3, 2, 1].map((number) => ({
    number,
    at: ago(number * 1500),
    cause: number === 2 ? 'unreferenced' : 'case_ended',
    case: number === 2 ? null : world.cases[number]!.id,
    files: 3 * number,
    bytes: 1_300_000 * number,
    digest: hash(number),
    blobs: number === 2 ? [] : Array.from({ length: 3 * number }, (_, i) => hash(number * 16 + i)),
    done_at: number === 3 ? null : ago(number * 1499),
  }));
