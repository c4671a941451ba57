import { describe, expect, it } from 'vitest';
import type { Zone } from '@/api/types';
import * as editing from './zone_editing';

const zones: Zone[] = [
  {
    id: 'zone-1',
    kind: 'pavement',
    polygon: [
      [0.1, 0.1],
      [0.5, 0.1],
      [0.5, 0.5],
    ],
    watch: [],
  },
];

describe('drawing zones', () => {
  it('adds, moves and takes away corners, and goes back and forth', () => {
    let drawing = editing.open(zones);
    drawing = editing.addPoint(drawing, 0, 2);
    expect(drawing.zones[0]!.polygon).toHaveLength(4);
    drawing = editing.movePoint(drawing, 0, 3, [0.1, 0.6]);
    expect(drawing.zones[0]!.polygon[3]).toEqual([0.1, 0.6]);
    drawing = editing.removePoint(drawing, 0, 0);
    expect(drawing.zones[0]!.polygon).toHaveLength(3);
    drawing = editing.undo(editing.undo(drawing));
    expect(drawing.zones[0]!.polygon[3]).toEqual([0.3, 0.3]);
    expect(editing.redo(drawing).zones[0]!.polygon[3]).toEqual([0.1, 0.6]);
    expect(zones[0]!.polygon).toHaveLength(3);
  });
  it('keeps three corners', () => {
    const drawing = editing.open(zones);
    expect(editing.removePoint(drawing, 0, 1)).toBe(drawing);
  });
  it('a drag is one step back', () => {
    let drawing = editing.open(zones);
    const before = drawing.zones;
    drawing = editing.movePoint(drawing, 0, 0, [0.2, 0.2], false);
    drawing = editing.movePoint(drawing, 0, 0, [0.3, 0.2], false);
    expect(drawing.past).toHaveLength(0);
    drawing = editing.change({ ...drawing, zones: before }, drawing.zones);
    expect(editing.undo(drawing).zones[0]!.polygon[0]).toEqual([0.1, 0.1]);
  });
  it('closes a draft of three corners and more into a zone of its own name', () => {
    let drawing = editing.open(zones);
    drawing = editing.draftPoint(drawing, [0.6, 0.6]);
    drawing = editing.draftPoint(drawing, [0.9, 0.6]);
    expect(editing.closeDraft(drawing)).toBe(drawing);
    drawing = editing.closeDraft(editing.draftPoint(drawing, [0.9, 0.995]));
    expect(drawing.zones[1]).toMatchObject({
      id: 'zone-2',
      polygon: [
        [0.6, 0.6],
        [0.9, 0.6],
        [0.9, 1],
      ],
    });
    expect(drawing.selected).toBe(1);
  });
  it('takes back a draft corner by corner and remembers a bounded way', () => {
    let drawing = editing.draftPoint(editing.open(zones), [0.6, 0.6]);
    expect(editing.undo(drawing).draft).toBeNull();
    drawing = editing.open(zones);
    for (let i = 0; i < 150; i++) drawing = editing.moveZone(drawing, 0, [0.001, 0]);
    expect(drawing.past).toHaveLength(editing.STEPS_BACK_MAX);
  });
});
