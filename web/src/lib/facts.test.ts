import { expect, it } from 'vitest';
import { factsOf, missingFact, type FactName } from './facts';

it('names the first required fact not given', () => {
  expect(missingFact(['reason', 'pictures'], { reason: '  ' })).toBe('reason');
  expect(missingFact(['reason', 'pictures'], { reason: 'x', pictures: [] })).toBe('pictures');
  expect(missingFact(['officers'], { officers: ['a'] })).toBeNull();
  expect(missingFact([], {})).toBeNull();
});

it('sends the units of the interface and nothing that was not given', () => {
  const fields: FactName[] = ['reason', 'text', 'amount_fen', 'span_s', 'officers'];
  expect(
    factsOf(fields, {
      reason: ' 占道 ',
      text: '',
      amountYuan: 199.99,
      spanHours: 1.5,
      department: 'x',
    }),
  ).toEqual({
    reason: '占道',
    amount_fen: 19_999,
    span_s: 5_400,
  });
});

it('takes nought yuan for a figure and nought hours for none', () => {
  expect(missingFact(['amount_fen'], { amountYuan: 0 })).toBeNull();
  expect(missingFact(['span_s'], { spanHours: 0 })).toBe('span_s');
});
