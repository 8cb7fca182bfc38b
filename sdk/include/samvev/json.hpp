#pragma once

// nlohmann/json with one rule for server and modules alike: a broken assumption about a document
// throws samvev::Fault (one failed call) instead of aborting the process.

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace samvev {

// A bug in a module, or input it should never have been given. Ends this call only.
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Text that is no JSON as parse_json takes it.
struct InvalidJson : Fault {
    using Fault::Fault;
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

// Arrays and objects in one another: more than the server takes from outside, because documents
// hold the data of events inside their own.
inline constexpr std::size_t json_depth_max = 256;

// The document in `text`: one value and nothing after it, no key twice in one object, integers of
// at most 64 bits, not deeper than `depth_max` (at most json_depth_max). Read by simdjson, three
// times as fast as json::parse, which would also keep the last of two equal keys. Throws
// InvalidJson. [any thread]
[[nodiscard]] json parse_json(std::string_view text, std::size_t depth_max = json_depth_max);
// Whether `text` is JSON and an object, without building it: keys are not compared. [any thread]
[[nodiscard]] bool is_json_object(std::string_view text);

}  // namespace samvev
