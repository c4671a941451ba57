// From rows of the result to records of the port, by the column lists in statements.h.
#pragma once

#include "ports/store.h"
#include "store/sql.h"

namespace xunjie::store {

ports::CaseRow read_case(Query& row);      // XUNJIE_CASE_COLUMNS
ports::EffectRow read_effect(Query& row);  // XUNJIE_EFFECT_COLUMNS
std::int64_t effect_position(Query& row);  // their first column
ports::Entity read_entity(Query& row);     // XUNJIE_ENTITY_COLUMNS
ports::Change read_change(Query& row);     // kChangesAfter

}  // namespace xunjie::store
