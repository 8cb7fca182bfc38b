#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"

namespace samvev::access {

// Where what a restart must not forget of logins is kept: a few rows by key, on a disk. [any
// thread]
class KeptRows {
public:
    KeptRows() = default;
    KeptRows(const KeptRows&) = delete;
    KeptRows& operator=(const KeptRows&) = delete;
    virtual ~KeptRows() = default;

    struct Change {
        std::string key;
        std::optional<std::string> value;  // absent: the row goes
    };
    // All or nothing. Fails with unavailable when the disk takes nothing.
    //   durable: it is on the disk when this returns, which waits for it: not on an io thread.
    //   soon: it outlives the process now, and the machine a little later.
    enum class Durability { durable, soon };
    [[nodiscard]] virtual Result<void> write(
        const std::vector<Change>& changes, Durability durability
    ) = 0;
    using Visitor = std::function<void(std::string_view key, std::string_view value)>;
    // Every row whose key begins so, in order. Fails with unavailable or corrupt.
    [[nodiscard]] virtual Result<void> each(std::string_view prefix, const Visitor& visit)
        const = 0;

    // For a text that is written once: under a key that seals nothing else, at one place. Opening
    // is absent when any of the three is another.
    [[nodiscard]] virtual std::string seal(
        const base::Digest& key, std::string_view place, std::string_view text
    ) const = 0;
    [[nodiscard]] virtual std::optional<std::string> open(
        const base::Digest& key, std::string_view place, std::string_view sealed
    ) const = 0;
};

}  // namespace samvev::access
