// Which two pictures of a case belong beside each other.
//
// The list runs in the order of the case: first what it was reported with, then what each event brought.
// A camera that looks again sends a "now" of its own, so a role alone does not say which picture is meant.
import type { CasePicture, PictureRole } from '@/api/types';

export interface Pair {
  before: CasePicture | null;
  after: CasePicture | null;
}
export type PairName = 'found' | 'recheck' | 'handled';
export const pairWords: Record<PairName, string> = {
  found: '发现前后',
  recheck: '发现与复核',
  handled: '处置前后',
};

const first = (pictures: CasePicture[], ...roles: PictureRole[]) => {
  for (const role of roles) {
    const found = pictures.find((picture) => picture.role === role);
    if (found) return found;
  }
  return null;
};

/** The pairs there are, in the order of the case; `found` always. */
export function pairsOf(
  pictures: CasePicture[],
): Partial<Record<PairName, Pair>> & { found: Pair } {
  const deciding = first(pictures, 'now', 'arrival');
  const pairs: Partial<Record<PairName, Pair>> & { found: Pair } = {
    found: {
      before: first(pictures, 'before', 'arrival'),
      after: deciding ?? pictures[0] ?? null,
    },
  };
  const later = pictures.filter(
    (picture) => picture.role === 'recheck' || (picture.role === 'now' && picture !== deciding),
  );
  const latest = later[later.length - 1];
  if (latest) pairs.recheck = { before: deciding, after: latest };
  const back = [...pictures].reverse();
  const handled = first(back, 'handled_after');
  if (handled)
    pairs.handled = { before: first(back, 'handled_before') ?? deciding, after: handled };
  return pairs;
}
