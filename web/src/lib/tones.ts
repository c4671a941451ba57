// Which colour a thing gets. Colour means something here: blue wants our eyes, yellow waits for the
// merchant, orange is with a team, green is done, grey ended otherwise, red is late or broken.
import type { CaseState } from '@/api/types';

export type Tone = 'blue' | 'yellow' | 'orange' | 'green' | 'grey' | 'red';

const byState: Record<CaseState, Tone> = {
  reported: 'blue',
  reminding: 'yellow',
  awaiting_correction: 'yellow',
  rechecking: 'yellow',
  awaiting_dispatch: 'orange',
  dispatched: 'orange',
  accepted: 'orange',
  on_site: 'orange',
  off_site: 'orange',
  awaiting_verification: 'blue',
  suspended: 'grey',
  transferring: 'grey',
  self_corrected: 'green',
  closed: 'green',
  rejected: 'grey',
  merged: 'grey',
  transferred: 'grey',
};

export const toneOf = (state: CaseState): Tone => byState[state] ?? 'grey';

export const hex: Record<Tone, string> = {
  blue: '#5aa2f5',
  yellow: '#e8bd4a',
  orange: '#ee9250',
  green: '#4dbb86',
  grey: '#8394a8',
  red: '#f2686b',
};

/** Cases a person has to act on, and those waiting for others, for map and list order. */
export const isEnd = (state: CaseState): boolean =>
  ['self_corrected', 'closed', 'rejected', 'merged', 'transferred'].includes(state);
