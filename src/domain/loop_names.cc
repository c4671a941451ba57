// Words of the loop's own vocabulary: guards and limits, for messages and the diagram.
#include <array>

#include "base/check.h"
#include "domain/loop.h"

namespace xunjie::domain {
namespace {

using G = Guard;
using L = LimitChoice;

struct GuardWord {
  G value;
  std::string_view name, chinese;
};

constexpr std::array kGuards = std::to_array<GuardWord>({
    {G::is_new, "is_new", "新案件"},
    {G::self_correctable, "self_correctable", "该类型可自纠"},
    {G::has_fixed_party, "has_fixed_party", "有固定当事人"},
    {G::party_reachable, "party_reachable", "当事人可联系"},
    {G::under_reminder_quota, "under_reminder_quota", "未超提醒次数"},
    {G::tries_left, "tries_left", "还可再次发送"},
    {G::rounds_left, "rounds_left", "还有提醒轮次"},
    {G::looks_left, "looks_left", "还可再次查看"},
    {G::correction_time_left, "correction_time_left", "自纠期未满"},
    {G::limit_passed, "limit_passed", "期限已过"},
    {G::escalation_due, "escalation_due", "已到督办时点"},
    {G::resumes_here, "resumes_here", "由该状态转出"},
    {G::order_wanted, "order_wanted", "工单有效"},
    {G::order_free, "order_free", "没有在途工单"},
    {G::evidence_gate, "evidence_gate", "通过证据门槛"},
    {G::no_penalty_yet, "no_penalty_yet", "本案未作过处罚决定"},
    {G::extension_left, "extension_left", "延期次数未用完"},
    {G::no_extension_pending, "no_extension_pending", "没有待批的延期申请"},
    {G::extension_pending, "extension_pending", "有待批的延期申请"},
    {G::suspension_left, "suspension_left", "挂账次数未用完"},
    {G::no_objection_pending, "no_objection_pending", "没有待处理的异议"},
    {G::objection_pending, "objection_pending", "有待处理的异议"},
    {G::not_the_handler, "not_the_handler", "未参与处置的人员"},
    {G::sighting_complete, "sighting_complete", "发现内容完整"},
    {G::two_officers, "two_officers", "两名执法队员"},
    {G::before_and_after, "before_and_after", "处置前后照片"},
    {G::extension_in_bounds, "extension_in_bounds", "延期时长在限度内"},
    {G::suspension_in_bounds, "suspension_in_bounds", "挂账时长在限度内"},
    {G::not_into_itself, "not_into_itself", "并入另一案件"},
    {G::not_heavier_than_notified, "not_heavier_than_notified", "不重于告知的处罚"},
    {G::paid_in_full, "paid_in_full", "足额缴款"},
});

struct LimitWord {
  L value;
  std::string_view name;
};

constexpr std::array kLimits = std::to_array<LimitWord>({
    {L::none, "none"},
    {L::keep, "keep"},
    {L::review, "review"},
    {L::receipt, "receipt"},
    {L::receipt_retry, "receipt_retry"},
    {L::correction, "correction"},
    {L::held, "held"},
    {L::look, "look"},
    {L::look_retry, "look_retry"},
    {L::dispatch, "dispatch"},
    {L::acceptance, "acceptance"},
    {L::handling, "handling"},
    {L::verification, "verification"},
    {L::extended, "extended"},
    {L::suspension, "suspension"},
    {L::resumed, "resumed"},
    {L::transfer, "transfer"},
    {L::technical_review, "technical_review"},
    {L::legal_review, "legal_review"},
    {L::notice, "notice"},
    {L::statement, "statement"},
    {L::decision, "decision"},
    {L::service, "service"},
    {L::payment, "payment"},
});

template <typename Row, std::size_t N, typename E>
const Row& row_of(const std::array<Row, N>& rows, E value) {
  const auto index = static_cast<std::size_t>(value);
  XUNJIE_CHECK(index < N && rows[index].value == value);
  return rows[index];
}

}  // namespace

std::string_view name_of(Guard guard) {
  return row_of(kGuards, guard).name;
}
std::string_view chinese_of(Guard guard) {
  return row_of(kGuards, guard).chinese;
}
std::string_view name_of(LimitChoice choice) {
  return row_of(kLimits, choice).name;
}

}  // namespace xunjie::domain
