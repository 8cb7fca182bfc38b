#include <samvev/json.hpp>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "modules/strict_json.hpp"
#include "target.hpp"

// parse_json of the SDK against nlohmann's own parser, made strict: what one takes the other takes,
// and as the same document.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    return {
        R"({"a":[1,-2,3.5,1e10,true,false,null,"åæø\u00e5\n\ud83d\ude00"],"b":{"c":{}},"d":""})",
        R"([18446744073709551615,-9223372036854775808,0.1,1E-7,-0,[[[[]]]]])",
        R"(  "text" )",
    };
}

void try_input(std::string_view input) {
    const auto strict = modules::parse_strict<samvev::json>(input);
    std::optional<samvev::json> parsed;
    try {
        parsed = samvev::parse_json(input, base::limits::json_depth_max);
    } catch (const std::exception&) {
        parsed.reset();
    }
    if (parsed && strict.problem.empty()) {
        SAMVEV_ASSERT(*parsed == strict.value);
        SAMVEV_ASSERT(samvev::parse_json(parsed->dump()) == *parsed);
    }
    // What it takes is JSON to nlohmann as well, but for a key that stands there twice.
    const bool is_json =
        strict.problem.empty() || strict.problem.find("twice") != std::string::npos;
    SAMVEV_ASSERT(!parsed || is_json);
}

}  // namespace samvev::fuzz
