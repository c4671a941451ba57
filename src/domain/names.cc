// One table per enum: the stable word for code, API and tables, and the glossary's word for
// screens.
#include <array>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "domain/case.h"
#include "domain/loop.h"

namespace xunjie::domain {
namespace {

template <typename E>
struct Word {
  E value;
  std::string_view name;
  std::string_view chinese;
};

// Entries stand in the enum's order without gaps, so the value is the index; names_test holds that.
template <typename E, std::size_t N>
const Word<E>& word_of(const std::array<Word<E>, N>& words, E value) {
  const auto index = static_cast<std::size_t>(value);
  XUNJIE_CHECK(index < N && words[index].value == value);
  return words[index];
}

template <typename E, std::size_t N>
std::optional<E> value_from(const std::array<Word<E>, N>& words, std::string_view name) {
  for (const auto& word : words) {
    if (word.name == name) return word.value;
  }
  return std::nullopt;
}

using S = CaseState;
constexpr std::array kStates = std::to_array<Word<S>>({
    {S::reported, "reported", "待初审"},
    {S::reminding, "reminding", "提醒中"},
    {S::awaiting_correction, "awaiting_correction", "待自纠"},
    {S::rechecking, "rechecking", "复核中"},
    {S::awaiting_dispatch, "awaiting_dispatch", "待派单"},
    {S::dispatched, "dispatched", "待签收"},
    {S::accepted, "accepted", "已签收"},
    {S::on_site, "on_site", "现场处置中"},
    {S::off_site, "off_site", "非现场执法中"},
    {S::awaiting_verification, "awaiting_verification", "待核查"},
    {S::suspended, "suspended", "挂账中"},
    {S::transferring, "transferring", "移送中"},
    {S::self_corrected, "self_corrected", "自纠办结"},
    {S::closed, "closed", "结案"},
    {S::rejected, "rejected", "作废"},
    {S::merged, "merged", "并案"},
    {S::transferred, "transferred", "已移送"},
});

using P = PenaltyStage;
constexpr std::array kStages = std::to_array<Word<P>>({
    {P::none, "none", "无"},
    {P::technical_review, "technical_review", "技术审核"},
    {P::legal_review, "legal_review", "法制审核"},
    {P::filed, "filed", "立案"},
    {P::notified, "notified", "告知"},
    {P::statement, "statement", "陈述申辩"},
    {P::decided, "decided", "决定"},
    {P::served, "served", "送达"},
    {P::paid, "paid", "已缴款"},
});

using R = Role;
constexpr std::array kRoles = std::to_array<Word<R>>({
    {R::admin, "admin", "平台管理员"},
    {R::duty_officer, "duty_officer", "值班长"},
    {R::reviewer, "reviewer", "审核员"},
    {R::caller, "caller", "外呼坐席"},
    {R::dispatcher, "dispatcher", "城运派单员"},
    {R::team_leader, "team_leader", "队长"},
    {R::officer, "officer", "队员"},
    {R::technical_reviewer, "technical_reviewer", "技术审核员"},
    {R::legal_reviewer, "legal_reviewer", "法制审核员"},
    {R::approver, "approver", "负责人"},
    {R::liaison, "liaison", "部门联络员"},
    {R::data_steward, "data_steward", "数据管理员"},
    {R::evaluator, "evaluator", "评议员"},
    {R::auditor, "auditor", "审计员"},
    {R::merchant, "merchant", "商户"},
    {R::system, "system", "系统"},
});

using C = CommandKind;
constexpr std::array kCommands = std::to_array<Word<C>>({
    {C::report, "report", "上报"},
    {C::confirm, "confirm", "确认"},
    {C::reject, "reject", "作废"},
    {C::merge, "merge", "并案"},
    {C::transfer, "transfer", "移送"},
    {C::reminder_delivered, "reminder_delivered", "提醒已送达"},
    {C::reminder_failed, "reminder_failed", "提醒未送达"},
    {C::claim_corrected, "claim_corrected", "申报已整改"},
    {C::object, "object", "提出异议"},
    {C::uphold_objection, "uphold_objection", "异议成立"},
    {C::dismiss_objection, "dismiss_objection", "异议不成立"},
    {C::correction_due, "correction_due", "自纠到期"},
    {C::recheck_clear, "recheck_clear", "复核已恢复"},
    {C::recheck_still_there, "recheck_still_there", "复核仍存在"},
    {C::recheck_cannot_see, "recheck_cannot_see", "复核看不清"},
    {C::recheck_silent, "recheck_silent", "复核无回音"},
    {C::saw_clear, "saw_clear", "探头见已恢复"},
    {C::saw_again, "saw_again", "探头再次发现"},
    {C::order_acknowledged, "order_acknowledged", "城运已受理"},
    {C::order_failed, "order_failed", "派单失败"},
    {C::accept, "accept", "签收"},
    {C::return_order, "return_order", "退单"},
    {C::reroute, "reroute", "改派"},
    {C::start_on_site, "start_on_site", "开始现场处置"},
    {C::start_off_site, "start_off_site", "转非现场执法"},
    {C::submit_result, "submit_result", "提交处置结果"},
    {C::pass_technical, "pass_technical", "技术审核通过"},
    {C::fail_technical, "fail_technical", "技术审核不通过"},
    {C::pass_legal, "pass_legal", "法制审核通过"},
    {C::fail_legal, "fail_legal", "法制审核不通过"},
    {C::notify_party, "notify_party", "告知当事人"},
    {C::hear_statement, "hear_statement", "听取陈述申辩"},
    {C::skip_statement, "skip_statement", "未提出陈述申辩"},
    {C::decide_penalty, "decide_penalty", "作出处罚决定"},
    {C::decide_no_penalty, "decide_no_penalty", "决定不予处罚"},
    {C::serve_decision, "serve_decision", "送达决定书"},
    {C::record_payment, "record_payment", "登记缴款"},
    {C::pass_verification, "pass_verification", "核查通过"},
    {C::fail_verification, "fail_verification", "核查不通过"},
    {C::request_extension, "request_extension", "申请延期"},
    {C::approve_extension, "approve_extension", "同意延期"},
    {C::refuse_extension, "refuse_extension", "不同意延期"},
    {C::suspend, "suspend", "挂账"},
    {C::resume, "resume", "恢复办理"},
    {C::escalate, "escalate", "升级督办"},
    {C::transfer_accepted, "transfer_accepted", "受移送部门接收"},
    {C::transfer_refused, "transfer_refused", "受移送部门退回"},
    {C::transfer_silent, "transfer_silent", "移送逾期未回"},
    {C::note, "note", "备注"},
});

using V = EventKind;
constexpr std::array kEvents = std::to_array<Word<V>>({
    {V::reported, "reported", "已上报"},
    {V::confirmed, "confirmed", "审核确认"},
    {V::rejected, "rejected", "审核作废"},
    {V::merged, "merged", "已并案"},
    {V::transfer_started, "transfer_started", "发起移送"},
    {V::transfer_accepted, "transfer_accepted", "移送已接收"},
    {V::transfer_refused, "transfer_refused", "移送被退回"},
    {V::transfer_lapsed, "transfer_lapsed", "移送逾期未回"},
    {V::reminder_delivered, "reminder_delivered", "提醒已送达"},
    {V::reminder_failed, "reminder_failed", "提醒未送达"},
    {V::correction_claimed, "correction_claimed", "商户申报已整改"},
    {V::objected, "objected", "商户提出异议"},
    {V::objection_upheld, "objection_upheld", "异议成立"},
    {V::objection_dismissed, "objection_dismissed", "异议不成立"},
    {V::correction_lapsed, "correction_lapsed", "自纠期届满"},
    {V::rechecked, "rechecked", "完成复核"},
    {V::seen_clear, "seen_clear", "探头见已恢复"},
    {V::seen_again, "seen_again", "探头再次发现"},
    {V::order_acknowledged, "order_acknowledged", "城运已受理派单"},
    {V::order_failed, "order_failed", "派单失败"},
    {V::order_accepted, "order_accepted", "队伍已签收"},
    {V::order_returned, "order_returned", "工单被退回"},
    {V::order_rerouted, "order_rerouted", "工单已改派"},
    {V::on_site_started, "on_site_started", "开始现场处置"},
    {V::off_site_started, "off_site_started", "启动非现场执法"},
    {V::result_submitted, "result_submitted", "已提交处置结果"},
    {V::penalty_advanced, "penalty_advanced", "案卷推进"},
    {V::verified, "verified", "核查通过"},
    {V::verification_failed, "verification_failed", "核查不通过"},
    {V::extension_requested, "extension_requested", "申请延期"},
    {V::extension_approved, "extension_approved", "延期已批准"},
    {V::extension_refused, "extension_refused", "延期未批准"},
    {V::suspended, "suspended", "已挂账"},
    {V::resumed, "resumed", "恢复办理"},
    {V::escalated, "escalated", "已升级督办"},
    {V::noted, "noted", "备注"},
    {V::look_failed, "look_failed", "复核未看清"},
});

using I = PictureRole;
constexpr std::array kPictures = std::to_array<Word<I>>({
    {I::before, "before", "发生前"},
    {I::arrival, "arrival", "出现时"},
    {I::now, "now", "判定时"},
    {I::recheck, "recheck", "复核"},
    {I::handled_before, "handled_before", "处置前"},
    {I::handled_after, "handled_after", "处置后"},
    {I::other, "other", "其他"},
});

using E = EffectKind;
constexpr std::array kEffects = std::to_array<Word<E>>({
    {E::send_reminder, "send_reminder", "发送提醒"},
    {E::request_look, "request_look", "请求查看"},
    {E::create_order, "create_order", "下达工单"},
    {E::cancel_order, "cancel_order", "撤回工单"},
    {E::update_order, "update_order", "更新工单"},
    {E::start_transfer, "start_transfer", "发出移送"},
    {E::notify_duty, "notify_duty", "告知值班长"},
});

using U = LimitUnit;
constexpr std::array kUnits = std::to_array<Word<U>>({
    {U::urgent_hours, "urgent_hours", "紧急工作时"},
    {U::working_hours, "working_hours", "工作时"},
    {U::working_days, "working_days", "工作日"},
    {U::natural_days, "natural_days", "自然日"},
    {U::seconds, "seconds", "秒"},
});

}  // namespace

std::string_view name_of(CaseState value) {
  return word_of(kStates, value).name;
}
std::string_view name_of(PenaltyStage value) {
  return word_of(kStages, value).name;
}
std::string_view name_of(Role value) {
  return word_of(kRoles, value).name;
}
std::string_view name_of(CommandKind value) {
  return word_of(kCommands, value).name;
}
std::string_view name_of(EventKind value) {
  return word_of(kEvents, value).name;
}
std::string_view name_of(PictureRole value) {
  return word_of(kPictures, value).name;
}
std::string_view name_of(EffectKind value) {
  return word_of(kEffects, value).name;
}
std::string_view name_of(LimitUnit value) {
  return word_of(kUnits, value).name;
}

std::string_view chinese_of(CaseState value) {
  return word_of(kStates, value).chinese;
}
std::string_view chinese_of(PenaltyStage value) {
  return word_of(kStages, value).chinese;
}
std::string_view chinese_of(Role value) {
  return word_of(kRoles, value).chinese;
}
std::string_view chinese_of(CommandKind value) {
  return word_of(kCommands, value).chinese;
}
std::string_view chinese_of(EventKind value) {
  return word_of(kEvents, value).chinese;
}
std::string_view chinese_of(PictureRole value) {
  return word_of(kPictures, value).chinese;
}
std::string_view chinese_of(EffectKind value) {
  return word_of(kEffects, value).chinese;
}

std::optional<CaseState> case_state_from(std::string_view name) {
  return value_from(kStates, name);
}
std::optional<PenaltyStage> penalty_stage_from(std::string_view name) {
  return value_from(kStages, name);
}
std::optional<Role> role_from(std::string_view name) {
  return value_from(kRoles, name);
}
std::optional<CommandKind> command_kind_from(std::string_view name) {
  return value_from(kCommands, name);
}
std::optional<EventKind> event_kind_from(std::string_view name) {
  return value_from(kEvents, name);
}
std::optional<PictureRole> picture_role_from(std::string_view name) {
  return value_from(kPictures, name);
}
std::optional<EffectKind> effect_kind_from(std::string_view name) {
  return value_from(kEffects, name);
}
std::optional<LimitUnit> limit_unit_from(std::string_view name) {
  return value_from(kUnits, name);
}

bool is_end(CaseState state) {
  return state >= CaseState::self_corrected;
}

}  // namespace xunjie::domain
