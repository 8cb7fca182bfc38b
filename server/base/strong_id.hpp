#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace samvev::base {

// An id, index or number that cannot be mixed up with another of the same representation:
// explicit in, .value() out, no arithmetic. It has constructors on purpose (g++ 12 destroys
// aggregate temporaries twice inside a co_await expression).
template <typename Tag, typename Rep>
class StrongId {
public:
    using rep = Rep;

    constexpr StrongId() = default;
    constexpr explicit StrongId(Rep value) : value_(std::move(value)) {}

    [[nodiscard]] constexpr const Rep& value() const noexcept { return value_; }

    // The following one; for indexes (Position, Revision) only.
    [[nodiscard]] constexpr StrongId next() const
        requires requires(Rep r) { r + 1; }
    {
        return StrongId(static_cast<Rep>(value_ + 1));
    }

    friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;

private:
    Rep value_{};
};

}  // namespace samvev::base

template <typename Tag, typename Rep>
struct std::hash<samvev::base::StrongId<Tag, Rep>> {
    std::size_t operator()(const samvev::base::StrongId<Tag, Rep>& id) const noexcept {
        return std::hash<Rep>{}(id.value());
    }
};
