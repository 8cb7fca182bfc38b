#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "access/personal_number.hpp"
#include "base/digest.hpp"
#include "base/uuid.hpp"
#include "store/event.hpp"

namespace samvev::dispatch {

// Who has which national number (fnr or D-number): what a login is looked up by. Folded from
// person.identifier-linked. The claims of the log say the same, but lie on the disk, where no io
// thread may look, and go on holding a number that was linked by mistake and replaced; here only a
// person's latest number of each kind leads to them.
//
// Kept as HMAC-SHA-256 of tenant and number: no number lies in memory, and none of another tenant
// can be asked for. 80 bytes a number.
//
// Concurrency: [any thread].
class PersonNumbers {
public:
    // At least 32 random bytes.
    explicit PersonNumbers(std::string secret);

    struct Number {
        base::Uuid person;
        bool is_d_number = false;
        base::Digest digest{};
    };

    // Whether it looks at the payload of such an event.
    [[nodiscard]] static bool reads(const store::EventView& event) noexcept;
    // In the order of positions. Other events, and payloads that were taken out, change nothing.
    void take(store::TenantId tenant, const store::EventView& event);
    // The person was erased.
    void forget(store::TenantId tenant, const base::Uuid& person);
    [[nodiscard]] std::optional<base::Uuid> find(
        store::TenantId tenant, const access::PersonalNumber& number
    ) const;

    // For keeping them over a start: what has changed since it was saved; that it has been; that
    // nothing has; and what was, before the first take().
    [[nodiscard]] std::vector<Number> unsaved(store::TenantId tenant) const;
    void saved(store::TenantId tenant, const std::vector<Number>& numbers);
    void save_all_again(store::TenantId tenant);
    void restore(store::TenantId tenant, const std::vector<Number>& numbers);

private:
    struct Hash {
        std::size_t operator()(const base::Digest& digest) const noexcept;
    };
    struct Holder {
        store::TenantId tenant;
        base::Uuid person;
        bool is_d_number = false;
        friend auto operator<=>(const Holder&, const Holder&) = default;
    };
    void drop(const Holder& holder);                             // mutex_ held
    void put(const Holder& holder, const base::Digest& digest);  // mutex_ held
    [[nodiscard]] base::Digest digest_of(store::TenantId tenant, const std::string& number) const;

    const std::string secret_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::unordered_map<base::Digest, Holder, Hash> holders_;
    std::map<Holder, base::Digest> numbers_;
    std::set<Holder> unsaved_;
};

}  // namespace samvev::dispatch
