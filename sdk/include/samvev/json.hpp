#pragma once

// nlohmann/json with one rule for server and modules alike: a broken assumption about a document
// throws samvev::Fault (one failed call) instead of aborting the process.

#include <stdexcept>
#include <string>

namespace samvev {

// A bug in a module, or input it should never have been given. Ends this call only.
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] inline void json_assertion_failed(const char* condition) {
    throw Fault(std::string("JSON: ") + condition);
}

}  // namespace samvev

#ifdef NLOHMANN_JSON_VERSION_MAJOR
#error "include <samvev/json.hpp> before any other include of nlohmann/json"
#endif
#define JSON_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::samvev::json_assertion_failed(#condition))
#include <nlohmann/json.hpp>

namespace samvev {
using json = nlohmann::json;
}
