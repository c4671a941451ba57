// The reviewer's queue and the decisions on it: reading, the live stream, one command at a time
// per case. The screen only draws what is here; what is allowed is the server's answer.
import { computed, ref, type Ref } from 'vue';
import { api, must } from '@/api/client';
import { giveCommand } from '@/api/commands';
import { asApiError } from '@/api/errors';
import type {
  AllowedCommand,
  CaseSummary,
  CommandFacts,
  CommandKind,
  ReviewItem,
} from '@/api/types';
import { inTurn } from '@/lib/in_turn';
import type { Overlay } from '@/lib/keys';
import { rejectReasons } from '@/lib/reject_reasons';
import * as queues from '@/lib/review_queue';
import { useLive } from '@/live/store';
import { say } from '@/ui';
import { mergesFor } from './merges';

const ON_THE_DESK: CommandKind[] = ['confirm', 'reject', 'merge'];

/** `shown` is called when another case came to the front. */
export function useDecisions(shown: () => void) {
  const queue = ref(queues.emptyQueue<ReviewItem>()) as Ref<queues.Queue<ReviewItem>>;
  const total = ref(0);
  const asOf = ref<string | null>(null);
  const problem = ref('');
  const loaded = ref(false);
  const busy = ref(new Set<string>());
  const decided = ref(0);
  const overlay = ref<Overlay>('none');
  const otherCommand = ref<AllowedCommand | null>(null);
  const merges = ref<CaseSummary[] | null>(null);

  const item = computed(() => queues.currentOf(queue.value));
  const position = computed(() => queues.indexOf(queue.value) + 1);
  const others = computed(
    () => item.value?.allowed.filter((entry) => !ON_THE_DESK.includes(entry.command)) ?? [],
  );
  const allowed = (command: CommandKind) =>
    item.value?.allowed.find((entry) => entry.command === command) ?? null;

  const load = inTurn(async () => {
    try {
      const page = await must(api.GET('/api/v1/review', { params: { query: { limit: 50 } } }));
      queue.value = queues.refresh(queue.value, page.items);
      total.value = page.total;
      asOf.value = page.as_of;
      problem.value = '';
    } catch (thrown) {
      problem.value = asApiError(thrown).message;
    } finally {
      loaded.value = true;
    }
  });
  let soon: ReturnType<typeof setTimeout> | null = null;
  function loadSoon() {
    soon ??= setTimeout(() => {
      soon = null;
      void load();
    }, 300);
  }
  function stop() {
    if (soon) clearTimeout(soon);
  }
  useLive().listen({
    case(id, summary) {
      const known = queue.value.items.some((entry) => entry.id === id);
      if (summary?.state === 'reported') loadSoon();
      else if (known && !busy.value.has(id)) {
        queue.value = queues.remove(queue.value, id);
        say.note(`这一件已由他人处理：${summary?.state_zh ?? '已不在'}`);
        loadSoon();
      }
    },
    reset: loadSoon,
  });

  function go(next: queues.Queue<ReviewItem>) {
    queue.value = next;
    overlay.value = 'none';
    shown();
  }

  /** Sends one decision and goes on; the person need not wait for the answer. */
  async function decide(command: CommandKind, facts: CommandFacts = {}) {
    const target = item.value;
    if (!target || busy.value.has(target.id)) return;
    if (!allowed(command)) {
      say.note('服务器未准许您对这一件作此操作');
      return;
    }
    overlay.value = 'none';
    busy.value.add(target.id);
    try {
      const after = await giveCommand(target, command, facts);
      go(queues.remove(queue.value, target.id, after.version - 1));
      decided.value += 1;
      say.done(`${target.violation_zh}：${after.state_zh}`);
      if (queue.value.items.length < 5) loadSoon();
    } catch (thrown) {
      await refused(thrown);
    } finally {
      busy.value.delete(target.id);
    }
  }
  async function refused(thrown: unknown) {
    const error = asApiError(thrown);
    if (error.code !== 'version_conflict' && error.code !== 'not_allowed_in_state') {
      return say.failed(error);
    }
    say.note(`这一件刚刚有了变化，已重新读取。${error.message}`);
    await load();
  }

  function openReject() {
    if (!allowed('reject')) return void decide('reject');
    overlay.value = 'reject';
  }
  function reject(index: number) {
    const reason = rejectReasons[index];
    if (reason) void decide('reject', { reason });
  }
  async function openMerge() {
    const target = item.value;
    if (!target || !allowed('merge')) return void decide('merge');
    overlay.value = 'merge';
    merges.value = null;
    try {
      merges.value = await mergesFor(target);
    } catch (thrown) {
      overlay.value = 'none';
      say.failed(thrown);
    }
  }
  function mergeInto(index: number) {
    const into = merges.value?.[index];
    if (into) void decide('merge', { into: into.id });
  }
  function openOther(entry: AllowedCommand) {
    otherCommand.value = entry;
    overlay.value = 'other';
  }
  function closeOverlay() {
    overlay.value = 'none';
    otherCommand.value = null;
  }

  return {
    queue,
    total,
    asOf,
    problem,
    loaded,
    busy,
    decided,
    overlay,
    otherCommand,
    merges,
    item,
    position,
    others,
    allowed,
    load,
    loadSoon,
    stop,
    decide,
    openReject,
    reject,
    openMerge,
    mergeInto,
    openOther,
    closeOverlay,
    move: (step: number) => go(queues.move(queue.value, step)),
    select: (id: string) => go(queues.select(queue.value, id)),
  };
}

export type Decisions = ReturnType<typeof useDecisions>;
