#include "watch/detect/engine.h"

namespace xunjie::watch {

std::string engine_name() {
  return {};
}

Result<std::unique_ptr<Engine>> Engine::open(const std::filesystem::path&, const ModelInput&,
                                             std::size_t) {
  return make_error(ErrorCode::unavailable,
                    "model: this program was built without OpenVINO, so it judges by the zones' "
                    "rules alone; run ./dev setup and build again to use a model",
                    "model");
}

}  // namespace xunjie::watch
