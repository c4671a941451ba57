import { describe, expect, it } from 'vitest';
import { SseReader } from './sse';

const all = (text: string) => new SseReader().push(text);

describe('SseReader', () => {
  it('reads an event with id, name and data', () => {
    expect(all('id: 7\nevent: case\ndata: {"a":1}\n\n')).toEqual([
      { id: '7', event: 'case', data: '{"a":1}' },
    ]);
  });
  it('gives the same events however the stream is cut', () => {
    const text =
      ': hi\r\n\r\nid: 1\r\nevent: case\r\ndata: 一\r\ndata: 二\r\n\r\nid: 2\ndata: x\n\ndata: y\r\r';
    const whole = all(`${text} `);
    expect(whole).toHaveLength(3);
    for (let size = 1; size <= text.length; size++) {
      const reader = new SseReader();
      const events = [];
      for (let i = 0; i < text.length; i += size)
        events.push(...reader.push(text.slice(i, i + size)));
      events.push(...reader.push(' '));
      expect(events).toEqual(whole);
    }
  });
  it('keeps the last id for events without one and forgets the name', () => {
    const events = all('id: 5\nevent: camera\ndata: a\n\ndata: b\n\n');
    expect(events[1]).toEqual({ id: '5', event: 'message', data: 'b' });
  });
  it('says nothing about comments and empty blocks', () => {
    expect(all(': alive\n\n\n\n:\n\n')).toEqual([]);
  });
  it('tells an event without data, as reset is', () => {
    expect(all('event: reset\n\n')).toEqual([{ id: '', event: 'reset', data: '' }]);
  });
});
