import { describe, expect, it } from 'vitest';
import {
  currentOf,
  emptyQueue,
  move,
  refresh,
  remove,
  select,
  type Queue,
  type QueueItem,
} from './review_queue';

const item = (id: string, version = 1): QueueItem => ({ id, version, reported_at: '' });
const queueOf = (...ids: string[]) =>
  refresh(
    emptyQueue<QueueItem>(),
    ids.map((id) => item(id)),
  );
const ids = (queue: Queue<QueueItem>) => queue.items.map((entry) => entry.id).join('');

describe('moving', () => {
  it('starts at the first and stops at the ends', () => {
    let queue = queueOf('a', 'b', 'c');
    expect(queue.current).toBe('a');
    queue = move(queue, -1);
    expect(queue.current).toBe('a');
    queue = move(move(move(queue, 1), 1), 1);
    expect(queue.current).toBe('c');
  });
  it('is nothing in an empty queue', () => {
    expect(move(queueOf(), 1).current).toBeNull();
    expect(currentOf(queueOf())).toBeNull();
  });
  it('selects only what is there', () => {
    expect(select(queueOf('a', 'b'), 'b').current).toBe('b');
    expect(select(queueOf('a', 'b'), 'x').current).toBe('a');
  });
});

describe('answering', () => {
  it('goes on to the one behind, and back at the end', () => {
    let queue = select(queueOf('a', 'b', 'c'), 'b');
    queue = remove(queue, 'b', 1);
    expect(queue.current).toBe('c');
    queue = remove(queue, 'c', 1);
    expect(queue.current).toBe('a');
    expect(remove(queue, 'a', 1).current).toBeNull();
  });
  it('leaves the person where they are when another one goes', () => {
    expect(remove(select(queueOf('a', 'b', 'c'), 'b'), 'a').current).toBe('b');
  });
});

describe('refreshing', () => {
  it('keeps what is being looked at', () => {
    const queue = refresh(select(queueOf('a', 'b', 'c'), 'c'), [item('x'), item('a'), item('c')]);
    expect([ids(queue), queue.current]).toEqual(['xac', 'c']);
  });
  it('goes to the neighbour when it has gone', () => {
    expect(refresh(select(queueOf('a', 'b', 'c'), 'b'), [item('a'), item('c')]).current).toBe('c');
    expect(refresh(select(queueOf('a', 'b'), 'b'), []).current).toBeNull();
  });
  it('does not bring back what was just answered from a reading made before', () => {
    const queue = remove(queueOf('a', 'b'), 'a', 1);
    expect(ids(refresh(queue, [item('a', 1), item('b')]))).toBe('b');
  });
  it('does bring it back when it returned to the queue later', () => {
    const queue = remove(queueOf('a', 'b'), 'a', 1);
    expect(ids(refresh(queue, [item('a', 3), item('b')]))).toBe('ab');
  });
  it('remembers a bounded number of answers', () => {
    let queue = queueOf();
    for (let i = 0; i < 500; i++) queue = remove(queue, `id${i}`, 1);
    expect(queue.answered.size).toBeLessThanOrEqual(200);
    expect(queue.answered.has('id499')).toBe(true);
  });
});
