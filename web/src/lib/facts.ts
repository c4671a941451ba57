// The facts a command may carry, as a form knows them.
import type { CommandFacts, CommandKind } from '@/api/types';

export type FactName = Exclude<keyof CommandFacts, undefined>;

/** What has been typed so far, in the units people use. */
export interface Draft {
  reason?: string;
  text?: string;
  department?: string;
  into?: string;
  team?: string;
  reference?: string;
  channel?: string;
  officers?: string[];
  amountYuan?: number;
  spanHours?: number;
  pictures?: { role: 'handled_before' | 'handled_after'; blob: string }[];
}

export const factWords: Record<FactName, string> = {
  reason: '理由',
  text: '情况说明',
  department: '移送部门',
  into: '并入案件',
  team: '执法队',
  reference: '编号',
  channel: '方式',
  officers: '执法人员',
  amount_fen: '金额（元）',
  span_s: '时长（小时）',
  pictures: '现场照片',
};

/** Facts worth offering although the command can do without them. */
export function extraFacts(command: CommandKind): FactName[] {
  switch (command) {
    case 'submit_result':
      return ['text', 'pictures'];
    case 'pass_verification':
    case 'fail_verification':
    case 'approve_extension':
    case 'refuse_extension':
    case 'uphold_objection':
    case 'dismiss_objection':
      return ['text'];
    default:
      return [];
  }
}

function given(field: FactName, draft: Draft): boolean {
  switch (field) {
    case 'amount_fen':
      return draft.amountYuan !== undefined && draft.amountYuan !== null;
    case 'span_s':
      return (draft.spanHours ?? 0) > 0;
    case 'officers':
    case 'pictures':
      return (draft[field]?.length ?? 0) > 0;
    default:
      return Boolean(draft[field]?.trim());
  }
}

/** The first required fact not given yet. */
export function missingFact(required: FactName[], draft: Draft): FactName | null {
  return required.find((field) => !given(field, draft)) ?? null;
}

/** Only what was given, in the units of the interface. */
export function factsOf(fields: FactName[], draft: Draft): CommandFacts {
  const facts: CommandFacts = {};
  for (const field of fields) {
    if (!given(field, draft)) continue;
    if (field === 'amount_fen') facts.amount_fen = Math.round(draft.amountYuan! * 100);
    else if (field === 'span_s') facts.span_s = Math.round(draft.spanHours! * 3600);
    else if (field === 'officers') facts.officers = draft.officers;
    else if (field === 'pictures') facts.pictures = draft.pictures;
    else facts[field] = draft[field]!.trim();
  }
  return facts;
}
