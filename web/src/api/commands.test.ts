import { afterEach, describe, expect, it, vi } from 'vitest';
import { newCommandId } from './command_id';
import { Attempts, giveCommand, keyOf } from './commands';

const reply = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const target = { id: 'C01', version: 3 };

/** Answers each request in turn and keeps the bodies sent. */
function server(...answers: (Response | Error)[]) {
  const sent: { command_id: string; version: number }[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(JSON.parse(await request.text()));
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return sent;
}
afterEach(() => vi.unstubAllGlobals());

describe('command ids', () => {
  it('are what the contract takes and never alike', () => {
    const ids = new Set(Array.from({ length: 500 }, newCommandId));
    expect(ids.size).toBe(500);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  });
  it('stand for one command with one set of facts', () => {
    const key = keyOf('C1', 2, 'reject', { reason: 'a', text: 'b' });
    expect(keyOf('C1', 2, 'reject', { text: 'b', reason: 'a' })).toBe(key);
    expect(keyOf('C1', 2, 'reject', { text: 'b', reason: 'x' })).not.toBe(key);
    expect(keyOf('C1', 3, 'reject', { text: 'b', reason: 'a' })).not.toBe(key);
  });
  it('stay the same until settled', () => {
    let n = 0;
    const attempts = new Attempts(() => `id-${++n}`);
    expect([attempts.idFor('a'), attempts.idFor('b'), attempts.idFor('a')]).toEqual([
      'id-1',
      'id-2',
      'id-1',
    ]);
    attempts.settle('a');
    expect(attempts.unsure('a')).toBe(false);
    expect(attempts.idFor('a')).toBe('id-3');
  });
});

describe('giveCommand', () => {
  it('repeats with the same id when the answer was lost', async () => {
    const sent = server(
      new TypeError('fetch failed'),
      reply(200, { case: { id: 'C01' }, events: [] }),
    );
    await expect(giveCommand(target, 'confirm')).rejects.toMatchObject({ code: 'network' });
    await expect(giveCommand(target, 'confirm')).resolves.toEqual({ id: 'C01' });
    expect(sent).toHaveLength(2);
    expect(sent[0]!.command_id).toBe(sent[1]!.command_id);
  });
  it('repeats with the same id when the server was busy', async () => {
    const busy = { type: 'x', title: '忙', status: 503, code: 'unavailable', detail: '' };
    const sent = server(reply(503, busy), reply(200, { case: {}, events: [] }));
    await expect(giveCommand(target, 'reject', { reason: 'r' })).rejects.toMatchObject({
      status: 503,
    });
    await giveCommand(target, 'reject', { reason: 'r' });
    expect(sent[0]!.command_id).toBe(sent[1]!.command_id);
  });
  it('takes a new id after an answer for good', async () => {
    const conflict = {
      type: 'x',
      title: '有变化',
      status: 409,
      code: 'version_conflict',
      detail: '',
      current_version: 4,
    };
    const sent = server(reply(409, conflict), reply(200, { case: {}, events: [] }));
    await expect(giveCommand(target, 'note', { text: 't' })).rejects.toMatchObject({
      currentVersion: 4,
    });
    await giveCommand(target, 'note', { text: 't' });
    expect(sent[0]!.command_id).not.toBe(sent[1]!.command_id);
  });
});
