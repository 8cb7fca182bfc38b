#include "access/revocations.hpp"

#include <algorithm>

#include "access/row_bytes.hpp"
#include "base/limits.hpp"

namespace samvev::access {
namespace {

constexpr std::string_view row_tag = "r";

std::string row_key(const base::Digest& key) {
    return std::string(row_tag).append(base::as_view(key));
}

}  // namespace

base::Digest Revocations::key(What what, const std::string& issuer, const std::string& value)
    const {
    std::string text(1, static_cast<char>('0' + static_cast<char>(what)));
    text.append(issuer).append("\n").append(value);
    return base::hmac_sha256(secret_, text);
}

Result<void> Revocations::load() {
    if (rows_ == nullptr) {
        return {};
    }
    const std::lock_guard lock(mutex_);
    SAMVEV_CHECK_OK(rows_->each(row_tag, [this](std::string_view row, std::string_view value) {
        base::Digest key{};
        const auto at = read_time(value);
        if (!at || row.size() != row_tag.size() + key.size()) {
            return;
        }
        std::copy_n(row.begin() + row_tag.size(), key.size(), key.begin());
        ended_[key] = *at;
        order_.emplace_back(*at, key);
    }));
    std::ranges::sort(order_);
    return {};
}

Result<void> Revocations::end(const EndedLogin& ended) {
    if (!ended.session_id.empty()) {
        return add(key(What::session, ended.issuer, ended.session_id));
    }
    return ended.subject.empty() ? Result<void>()
                                 : add(key(What::subject, ended.issuer, ended.subject));
}

Result<void> Revocations::end_token(const std::string& issuer, const std::string& token_id) {
    return add(key(What::token, issuer, token_id));
}

Result<void> Revocations::add(const base::Digest& what) {
    const base::Timestamp now = clock_.now();
    std::vector<KeptRows::Change> changes;
    {
        const std::lock_guard lock(mutex_);
        ended_[what] = now;
        order_.emplace_back(now, what);
        while (order_.size() > limits::revocations_max ||
               order_.front().first + limits::revocation_kept < now) {
            const auto& [at, oldest] = order_.front();
            const auto found = ended_.find(oldest);
            if (found != ended_.end() && found->second == at) {  // It was not ended again since.
                ended_.erase(found);
                changes.push_back({row_key(oldest), std::nullopt});
            }
            order_.pop_front();
        }
    }
    if (rows_ == nullptr) {
        return {};
    }
    changes.push_back({row_key(what), time_bytes(now)});
    return rows_->write(changes, KeptRows::Durability::durable);
}

bool Revocations::has_ended(const TokenIdentity& token) const {
    const std::lock_guard lock(mutex_);
    if (ended_.empty()) {
        return false;
    }
    const auto find = [&](What what, const std::string& value) {
        return value.empty() ? ended_.end() : ended_.find(key(what, token.issuer, value));
    };
    if (find(What::session, token.session_id) != ended_.end() ||
        find(What::token, token.token_id) != ended_.end()) {
        return true;
    }
    const auto subject = find(What::subject, token.subject);
    return subject != ended_.end() && token.issued_at <= subject->second;
}

std::size_t Revocations::size() const {
    const std::lock_guard lock(mutex_);
    return ended_.size();
}

}  // namespace samvev::access
