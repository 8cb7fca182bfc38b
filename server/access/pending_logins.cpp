#include "access/pending_logins.hpp"

#include "base/limits.hpp"

namespace samvev::access {

void PendingLogins::add(const std::string& state, PendingLogin login) {
    const std::lock_guard lock(mutex_);
    logins_.insert_or_assign(state, std::move(login));
    order_.push_back(state);
    while (order_.size() > limits::logins_pending_max) {
        logins_.erase(order_.front());
        order_.pop_front();
    }
}

std::optional<PendingLogin> PendingLogins::take(const std::string& state, base::Timestamp now) {
    const std::lock_guard lock(mutex_);
    const auto found = logins_.find(state);
    if (found == logins_.end()) {
        return std::nullopt;
    }
    PendingLogin login = std::move(found->second);
    logins_.erase(found);
    const bool is_late = now < login.begun || now - login.begun > limits::login_pending_max;
    return is_late ? std::nullopt : std::optional(std::move(login));
}

std::size_t PendingLogins::size() const {
    const std::lock_guard lock(mutex_);
    return logins_.size();
}

}  // namespace samvev::access
