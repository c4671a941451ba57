#include "app/principal.h"

namespace xunjie::app {

domain::Actor actor_of(const Principal& principal) {
  return {principal.id, principal.role, principal.subdistrict, principal.department};
}

}  // namespace xunjie::app
