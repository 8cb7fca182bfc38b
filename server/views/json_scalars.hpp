#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "views/scalar_code.hpp"

namespace samvev::views {

// Reads single values out of JSON text: what the indexes and document keys of a view point to.
// Uses simdjson: this runs for every document that a rebuild writes. [one thread at a time]
class JsonScalars {
public:
    JsonScalars();
    JsonScalars(const JsonScalars&) = delete;
    JsonScalars& operator=(const JsonScalars&) = delete;
    ~JsonScalars();

    // False when `json` is not JSON (a number beyond 64 bits counts as that: wire refuses it too).
    // What was collected before is void.
    [[nodiscard]] bool parse(std::string_view json);

    // Appends the scalar that `pointer` (RFC 6901) leads to, or the scalars of the array there.
    // Nothing there counts as null; an object, there or in the array, as nothing to append.
    void collect(std::string_view pointer, std::vector<Scalar>& out) const;

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace samvev::views
