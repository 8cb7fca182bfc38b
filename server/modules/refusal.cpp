#include "modules/refusal.hpp"

namespace samvev::modules {

Error refusal(Refusal code, std::string_view module, std::string_view what) {
    const std::string number = std::to_string(static_cast<int>(code));
    const bool other_host = code == Refusal::abi || code == Refusal::isolation;
    return Error{
        other_host ? ErrorCode::unsupported : ErrorCode::invalid_argument,
        "SVP-" + number + " " + std::string(module) + ": " + std::string(what),
        R"({"svp":)" + number + "}"
    };
}

}  // namespace samvev::modules
