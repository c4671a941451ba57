#include "store/error_table.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <sqlite3.h>

namespace xunjie::store {
namespace {

struct Row {
  int foreign;
  ErrorCode ours;
};

// Extended codes first, primary codes after them; what is not listed is internal.
constexpr std::array kEngine{
    Row{SQLITE_CONSTRAINT_UNIQUE, ErrorCode::already_exists},
    Row{SQLITE_CONSTRAINT_PRIMARYKEY, ErrorCode::already_exists},
    Row{SQLITE_FULL, ErrorCode::full},
    Row{SQLITE_TOOBIG, ErrorCode::too_large},
    Row{SQLITE_BUSY, ErrorCode::unavailable},
    Row{SQLITE_LOCKED, ErrorCode::unavailable},
    Row{SQLITE_READONLY, ErrorCode::unavailable},
    Row{SQLITE_CANTOPEN, ErrorCode::unavailable},
    Row{SQLITE_PERM, ErrorCode::unavailable},
    Row{SQLITE_IOERR, ErrorCode::unavailable},
    Row{SQLITE_NOMEM, ErrorCode::unavailable},
    Row{SQLITE_CORRUPT, ErrorCode::corrupt},
    Row{SQLITE_NOTADB, ErrorCode::corrupt},
};

constexpr std::array kOs{
    Row{ENOSPC, ErrorCode::full},        Row{EDQUOT, ErrorCode::full},
    Row{EFBIG, ErrorCode::full},         Row{ENOENT, ErrorCode::not_found},
    Row{EACCES, ErrorCode::unavailable}, Row{EROFS, ErrorCode::unavailable},
    Row{EMFILE, ErrorCode::unavailable}, Row{ENFILE, ErrorCode::unavailable},
    Row{EIO, ErrorCode::unavailable},    Row{EWOULDBLOCK, ErrorCode::unavailable},
};

template <std::size_t n>
const Row* find(const std::array<Row, n>& table, int foreign) {
  for (const Row& row : table) {
    if (row.foreign == foreign) return &row;
  }
  return nullptr;
}

std::string public_text(ErrorCode code) {
  switch (code) {
    case ErrorCode::full:
      return "磁盘已满，本次操作未保存";
    case ErrorCode::unavailable:
      return "存储暂时不可用，请稍后重试";
    case ErrorCode::corrupt:
      return "存储数据已损坏";
    case ErrorCode::already_exists:
      return "记录已存在";
    case ErrorCode::too_large:
      return "内容过大";
    case ErrorCode::not_found:
      return "未找到";
    default:
      return "存储内部错误";
  }
}

}  // namespace

Error engine_error(int code, std::string what) {
  const Row* row = find(kEngine, code);
  if (row == nullptr) row = find(kEngine, code & 0xff);
  const ErrorCode ours = row != nullptr ? row->ours : ErrorCode::internal;
  what += " (sqlite " + std::to_string(code) + ": " + sqlite3_errstr(code) + ")";
  return make_error(ours, public_text(ours), {}, std::move(what));
}

Error os_error(int number, std::string what) {
  const Row* row = find(kOs, number);
  const ErrorCode ours = row != nullptr ? row->ours : ErrorCode::internal;
  what += " (errno " + std::to_string(number) + ": " + std::strerror(number) + ")";
  return make_error(ours, public_text(ours), {}, std::move(what));
}

}  // namespace xunjie::store
