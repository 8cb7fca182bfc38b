#include "access/revocations.hpp"

#include "base/limits.hpp"

namespace samvev::access {

Revocations::Key Revocations::key(What what, const std::string& issuer, const std::string& value) {
    return {what, issuer + "\n" + value};
}

void Revocations::end(const EndedLogin& ended) {
    if (!ended.session_id.empty()) {
        add(key(What::session, ended.issuer, ended.session_id));
    } else if (!ended.subject.empty()) {
        add(key(What::subject, ended.issuer, ended.subject));
    }
}

void Revocations::end_token(const std::string& issuer, const std::string& token_id) {
    add(key(What::token, issuer, token_id));
}

void Revocations::add(Key what) {
    const base::Timestamp now = clock_.now();
    const std::lock_guard lock(mutex_);
    ended_[what] = now;
    order_.emplace_back(now, std::move(what));
    while (order_.size() > limits::revocations_max ||
           order_.front().first + limits::revocation_kept < now) {
        const auto& [at, oldest] = order_.front();
        const auto found = ended_.find(oldest);
        if (found != ended_.end() && found->second == at) {  // It was not ended again since.
            ended_.erase(found);
        }
        order_.pop_front();
    }
}

bool Revocations::has_ended(const TokenIdentity& token) const {
    const std::lock_guard lock(mutex_);
    const auto find = [&](What what, const std::string& value) {
        return value.empty() ? ended_.end() : ended_.find(key(what, token.issuer, value));
    };
    if (ended_.empty()) {
        return false;
    }
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
