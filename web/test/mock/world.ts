// The stand-in's district: a few dozen cases in every state. Also feeds unit tests with whole objects.
import { readFileSync } from 'node:fs';
import type {
  AllowedCommand,
  Camera,
  CaseDetail,
  CaseState,
  Effect,
  Funnel,
  MerchantNotice,
  Reference,
  Team,
  User,
} from '../../src/api/types';

const subdistrictData = JSON.parse(
  readFileSync(new URL('../../../data/subdistricts.json', import.meta.url), 'utf8'),
) as { id: string; name: string; centre: { lon: number; lat: number } }[];

const states: [CaseState, string, boolean][] = [
  ['reported', '待初审', true],
  ['reminding', '提醒中', true],
  ['awaiting_correction', '待自纠', true],
  ['rechecking', '复核中', true],
  ['awaiting_dispatch', '待派单', true],
  ['dispatched', '待签收', true],
  ['accepted', '已签收', true],
  ['on_site', '现场处置中', true],
  ['off_site', '非现场执法中', true],
  ['awaiting_verification', '待核查', true],
  ['suspended', '挂账', true],
  ['transferring', '移送中', true],
  ['self_corrected', '自纠办结', false],
  ['closed', '结案', false],
  ['rejected', '作废', false],
  ['merged', '并案', false],
  ['transferred', '移送', false],
];
export const stateZh = (state: CaseState) => states.find(([id]) => id === state)![1];

const violations: [string, string][] = [
  ['store_overflow', '跨门经营'],
  ['street_vending', '占道设摊'],
  ['goods_on_pavement', '占道堆物'],
];
const shops = [
  '鲜丰水果',
  '老盛昌汤包',
  '大壶春',
  '良友便利',
  '小杨生煎',
  '国权水产',
  '阿婆粥铺',
  '五金杂货店',
];
const roads = ['国权路', '控江路', '平凉路', '长海路', '政立路', '松花江路', '殷行路', '隆昌路'];

/** What may be done in a state, null for ends. */
export function commandsOf(state: CaseState): AllowedCommand[] | null {
  const c = (
    command: AllowedCommand['command'],
    command_zh: string,
    required: string[] = [],
    style: AllowedCommand['style'] = 'default',
  ) => ({ command, command_zh, required, style });
  const note = c('note', '备注', ['text']);
  switch (state) {
    case 'reported':
      return [
        c('confirm', '确认', [], 'primary'),
        c('reject', '驳回', ['reason'], 'danger'),
        c('merge', '并案', ['into']),
        c('transfer', '移送', ['department', 'reason']),
        note,
      ];
    case 'dispatched':
      return [
        c('accept', '签收', [], 'primary'),
        c('return_order', '退单', ['reason'], 'danger'),
        note,
      ];
    case 'accepted':
      return [
        c('start_on_site', '开始现场处置', ['officers'], 'primary'),
        c('request_extension', '申请延期', ['reason', 'span_s']),
        note,
      ];
    case 'on_site':
      return [c('submit_result', '提交处置结果', ['text', 'pictures'], 'primary'), note];
    case 'awaiting_verification':
      return [
        c('pass_verification', '核查通过', [], 'primary'),
        c('fail_verification', '返工', ['reason'], 'danger'),
        note,
      ];
    case 'self_corrected':
    case 'closed':
    case 'rejected':
    case 'merged':
    case 'transferred':
      return null;
    default:
      return [note];
  }
}

const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const pick = <T>(list: T[], n: number): T => list[n % list.length]!;

export function makeCase(n: number, state: CaseState): CaseDetail {
  const [violation, violation_zh] = pick(violations, n);
  const place = pick(subdistrictData, n * 5 + 1);
  const camera = `cam-0${(n % 6) + 1}`;
  const wait = (n * 7) % 50;
  const id = `C01${Array.from({ length: 24 }, (_, i) => letters[(Math.imul(n + 11, 2654435761 + i * 40503) >>> (i % 13)) & 31]).join('')}`;
  const url = (role: string) => `/api/v1/blobs/${camera}-${role}`;
  const picture = (role: 'before' | 'arrival' | 'now', role_zh: string, ago: number) => ({
    role,
    role_zh,
    url: url(role),
    thumbnail: url(role),
    original_hash: 'b'.repeat(64),
    taken_at: at(ago),
    marked: role !== 'before',
  });
  const overdue = n % 9 === 4 && commandsOf(state) !== null;
  return {
    id,
    version: 3,
    state,
    state_zh: stateZh(state),
    stage: 'none',
    stage_zh: '无',
    violation,
    violation_zh,
    subdistrict: place.id,
    subdistrict_zh: place.name,
    camera: { id: camera, name: `${pick(roads, n)}${(n % 60) + 12}号球机` },
    zone: 'z1',
    shop:
      violation === 'street_vending'
        ? null
        : {
            id: `shop-${n}`,
            name: pick(shops, n),
            grade: pick(['green', 'green', 'yellow', 'red'] as const, n),
          },
    address: `${pick(roads, n)}${((n * 37) % 380) + 10}号`,
    position: {
      lon: place.centre.lon + (((n * 31) % 20) - 10) / 2200,
      lat: place.centre.lat + (((n * 17) % 20) - 10) / 2600,
    },
    // Some were found by a car.
    position_error_m: n % 7 === 3 ? 2.8 : null,
    since: at(wait + 9),
    seen_at: at(wait + 5),
    reported_at: at(wait + 5),
    updated_at: at(wait),
    due: commandsOf(state) ? at(overdue ? 14 : -25 + (n % 20)) : null,
    overdue,
    picture: url('now'),
    thumbnail: url('now'),
    box: [0.43, 0.51, 0.165, 0.24],
    label: '堆物',
    score: 0.91,
    shop_confidence: n % 4 ? 0.92 : 0.61,
    pictures: [
      picture('before', '之前', wait + 60),
      picture('arrival', '到来', wait + 9),
      picture('now', '现在', wait + 5),
    ],
    clip: null,
    events: [
      {
        sequence: 1,
        kind: 'reported',
        kind_zh: '发现上报',
        from: 'reported',
        to: 'reported',
        from_zh: '待初审',
        to_zh: '待初审',
        at: at(wait + 5),
        actor: { id: 'system', name: '系统', role: 'system', role_zh: '系统' },
        due: at(-10),
        facts: {},
        hash: 'c0ffee'.padEnd(64, '0'),
      },
      {
        sequence: 2,
        kind: 'confirmed',
        kind_zh: '确认',
        from: 'reported',
        to: 'reminding',
        from_zh: '待初审',
        to_zh: '提醒中',
        at: at(wait + 3),
        actor: { id: 'shen', name: '沈佳怡', role: 'reviewer', role_zh: '审核员' },
        due: null,
        facts: {},
        hash: 'beef'.padEnd(64, '1'),
      },
      {
        sequence: 3,
        kind: 'reminder_delivered',
        kind_zh: '提醒送达',
        from: 'reminding',
        to: 'awaiting_correction',
        from_zh: '提醒中',
        to_zh: '待自纠',
        at: at(wait),
        actor: { id: 'system', name: '短信网关', role: 'system', role_zh: '系统' },
        due: at(-20),
        facts: { channel: 'sms', reference: 'SMS-20931' },
        hash: 'dead'.padEnd(64, '2'),
      },
    ],
    allowed: commandsOf(state) ?? [],
    reminders: [
      {
        id: 'r1',
        channel: 'sms',
        created_at: at(wait + 3),
        not_before: at(wait + 3),
        attempts: 1,
        effect_status: 'done',
        error: null,
        status: 'delivered',
        status_zh: '已送达',
        sent_at: at(wait + 2),
        answered_at: at(wait),
        text: '【杨浦城管】您的门店前有物品占用人行道，请于 14:30 前自行整改。',
        detail: '',
      },
    ],
    order_reference: null,
    team: null,
    department: null,
    merged_into: null,
    escalations: 0,
    reworks: 0,
    extensions: 0,
    check_on_spot: false,
    objection_pending: false,
  };
}

export interface World {
  user: User;
  cases: CaseDetail[];
  cameras: Camera[];
  funnel: Funnel;
  reference: Reference;
  teams: Team[];
  effects: Effect[];
  notice: MerchantNotice;
}

export function makeWorld(): World {
  const order: CaseState[] = [
    'reported',
    'awaiting_correction',
    'reported',
    'dispatched',
    'self_corrected',
    'accepted',
    'awaiting_verification',
    'closed',
    'reported',
    'rechecking',
    'on_site',
    'rejected',
  ];
  const cases = Array.from({ length: 46 }, (_, i) => makeCase(i + 1, order[i % order.length]!));
  const cameras: Camera[] = Array.from({ length: 12 }, (_, i) => {
    const place = subdistrictData[i]!;
    const state = i === 4 ? 'lost' : i === 7 ? 'dark' : 'ok';
    return {
      id: `cam-${String(i + 1).padStart(2, '0')}`,
      version: 1,
      name: `${pick(roads, i)}${i * 7 + 12}号球机`,
      kind: 'dome' as const,
      subdistrict: place.id,
      subdistrict_zh: place.name,
      evidence_reviewed: i % 3 === 0,
      review: {
        standing: i % 3 === 0 ? ('valid' as const) : ('none' as const),
        standing_zh: i % 3 === 0 ? '审核有效' : '没有审核记录',
        valid_until: i % 3 === 0 ? '2027-03-31' : null,
        warning: null,
      },
      live_refusal: null,
      allowed: ['live' as const],
      state_at: at(3),
      position: place.centre,
      state: state as Camera['state'],
      state_zh: state === 'ok' ? '正常' : state === 'lost' ? '断线' : '过暗',
      message: state === 'ok' ? '' : '30 秒内没有收到画面，正在重连',
      period_s: 4.2,
      last_picture: `/api/v1/blobs/cam-0${(i % 6) + 1}-now`,
      last_picture_at: at(0.1 * i),
      zones: [
        {
          id: 'z1',
          kind: 'pavement',
          polygon: [
            [0.1, 0.6],
            [0.9, 0.55],
            [0.95, 0.9],
            [0.05, 0.95],
          ],
          watch: [{ violation: 'goods_on_pavement', dwell_s: 300 }],
        },
      ],
    };
  });
  const by_subdistrict = subdistrictData.map((s, i) => ({
    subdistrict: s.id,
    name: s.name.replace('街道', ''),
    found: 3 + ((i * 7) % 11),
    confirmed: 2,
    told: 2,
    corrected: 1 + (i % 3),
    dispatched: 1,
    closed: i % 2,
    rejected: i % 2,
  }));
  return {
    user: {
      id: 'shen',
      login: 'shen',
      name: '沈佳怡',
      role: 'reviewer',
      role_zh: '审核员',
      subdistrict: null,
      department: null,
      certificate: null,
    },
    cases,
    cameras,
    funnel: {
      day: new Date().toISOString().slice(0, 10),
      found: 86,
      confirmed: 74,
      told: 61,
      corrected: 41,
      dispatched: 27,
      closed: 19,
      rejected: 9,
      by_subdistrict,
      as_of: at(0),
    },
    reference: {
      violations: violations.map(([id, name_zh]) => ({
        id,
        name_zh,
        event_code: '05-04',
        evidence: false,
        dwell_s: 180,
        effective_from: null,
        effective_until: null,
        law: { law: '', article: '', text: '', verified: false },
      })),
      states: states.map(([id, name_zh, open]) => ({ id, name_zh, open })),
      commands: [],
      stages: [],
      roles: [],
      subdistricts: subdistrictData.map((s) => ({ id: s.id, name_zh: s.name, centre: s.centre })),
      departments: [
        { id: 'market', name_zh: '市场监管' },
        { id: 'police', name_zh: '公安' },
      ],
    },
    teams: [{ id: 'team-1', name: '五角场街道中队', subdistrict: null, version: 1 }],
    effects: [
      {
        id: 'e1',
        kind: 'send_reminder',
        kind_zh: '发送提醒',
        case: cases[1]!.id,
        status: 'parked',
        status_zh: '已停下',
        attempts: 6,
        created_at: at(40),
        next_attempt_at: at(0),
        reference: null,
        last_error: '短信网关答复 503，已试 6 次',
      },
    ],
    notice: {
      shop: '鲜丰水果（国权路店）',
      address: '国权路 122 号',
      violation_zh: '跨门经营',
      seen_at: at(12),
      deadline: at(-22),
      picture: '/api/v1/blobs/cam-01-now',
      state: 'awaiting_correction',
      state_zh: '待自纠',
      what_to_do: '请把摆在店门外的货物收回店内，恢复人行道畅通。',
      agency: '杨浦城管',
      objection_pending: false,
      phone: '021-12319',
      can_claim: true,
      can_object: true,
      expired: false,
    },
  };
}
