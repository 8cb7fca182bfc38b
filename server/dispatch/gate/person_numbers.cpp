#include "dispatch/gate/person_numbers.hpp"

#include <cstring>
#include <samvev/json.hpp>

#include "base/assert.hpp"

namespace samvev::dispatch {

namespace {

constexpr std::size_t secret_bytes_min = 32;
constexpr std::string_view identifier_linked = "person.identifier-linked";

}  // namespace

std::size_t PersonNumbers::Hash::operator()(const base::Digest& digest) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

PersonNumbers::PersonNumbers(std::string secret) : secret_(std::move(secret)) {
    SAMVEV_ASSERT(secret_.size() >= secret_bytes_min);
}

base::Digest PersonNumbers::digest_of(store::TenantId tenant, const std::string& number) const {
    return base::hmac_sha256(secret_, std::to_string(tenant.value()) + ":" + number);
}

void PersonNumbers::take(store::TenantId tenant, const store::EventView& event) {
    if (event.type != identifier_linked || !store::is_readable(event)) {
        return;
    }
    const json data = parse_json(event.payload);
    const std::string kind = data.is_object() ? data.value("kind", std::string()) : std::string();
    if (kind != "fnr" && kind != "dnr") {
        return;
    }
    const Holder holder{.tenant = tenant, .person = event.stream_id, .is_d_number = kind == "dnr"};
    const base::Digest digest = digest_of(tenant, data.value("number", std::string()));
    const std::lock_guard lock(mutex_);
    put(holder, digest);
    unsaved_.insert(holder);
}

bool PersonNumbers::reads(const store::EventView& event) noexcept {
    return event.type == identifier_linked;
}

void PersonNumbers::put(const Holder& holder, const base::Digest& digest) {
    drop(holder);
    numbers_.insert_or_assign(holder, digest);
    holders_.insert_or_assign(digest, holder);
}

std::vector<PersonNumbers::Number> PersonNumbers::unsaved(store::TenantId tenant) const {
    const std::lock_guard lock(mutex_);
    std::vector<Number> out;
    for (const Holder& holder : unsaved_) {
        const auto known = numbers_.find(holder);
        if (holder.tenant == tenant && known != numbers_.end()) {
            out.push_back({holder.person, holder.is_d_number, known->second});
        }
    }
    return out;
}

void PersonNumbers::saved(store::TenantId tenant, const std::vector<Number>& numbers) {
    const std::lock_guard lock(mutex_);
    for (const Number& one : numbers) {
        const Holder holder{.tenant = tenant, .person = one.person, .is_d_number = one.is_d_number};
        const auto known = numbers_.find(holder);
        if (known == numbers_.end() || known->second == one.digest) {
            unsaved_.erase(holder);
        }
    }
}

void PersonNumbers::save_all_again(store::TenantId tenant) {
    const std::lock_guard lock(mutex_);
    for (const auto& [holder, digest] : numbers_) {
        if (holder.tenant == tenant) {
            unsaved_.insert(holder);
        }
    }
}

void PersonNumbers::restore(store::TenantId tenant, const std::vector<Number>& numbers) {
    const std::lock_guard lock(mutex_);
    for (const Number& one : numbers) {
        put({.tenant = tenant, .person = one.person, .is_d_number = one.is_d_number}, one.digest);
    }
}

void PersonNumbers::drop(const Holder& holder) {
    const auto known = numbers_.find(holder);
    if (known == numbers_.end()) {
        return;
    }
    const auto found = holders_.find(known->second);
    if (found != holders_.end() && found->second == holder) {
        holders_.erase(found);
    }
    numbers_.erase(known);
}

void PersonNumbers::forget(store::TenantId tenant, const base::Uuid& person) {
    const std::lock_guard lock(mutex_);
    for (const bool is_d_number : {false, true}) {
        drop({.tenant = tenant, .person = person, .is_d_number = is_d_number});
    }
}

std::optional<base::Uuid> PersonNumbers::find(
    store::TenantId tenant, const access::PersonalNumber& number
) const {
    const base::Digest digest = digest_of(tenant, number.reveal());
    const std::lock_guard lock(mutex_);
    const auto found = holders_.find(digest);
    return found == holders_.end() ? std::nullopt : std::optional(found->second.person);
}

}  // namespace samvev::dispatch
