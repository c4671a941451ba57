# Writes migrations_embedded.cc from migrations/*.sql: cmake -DOUT=… -DDIR=… -P embed_migrations.cmake
file(GLOB files "${DIR}/*.sql")
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME_WE)
  string(REGEX MATCH "^[0-9]+" number "${name}")
  math(EXPR number "${number} + 0")
  file(READ "${file}" text)
  string(APPEND rows "    Migration{${number}, \"${name}\", R\"__sql(${text})__sql\"},\n")
endforeach()
file(WRITE "${OUT}" "// Made from migrations/*.sql.
#include <array>

#include \"store/migrations.h\"

namespace xunjie::store {

std::span<const Migration> migrations() {
  static constexpr std::array kAll{
${rows}  };
  return kAll;
}

}  // namespace xunjie::store
")
