#include "access/browser_sessions.hpp"

#include <algorithm>

#include "access/principal_actor.hpp"
#include "base/limits.hpp"

namespace samvev::access {

bool BrowserSessions::is_over(const Entry& entry, base::Timestamp now) noexcept {
    return now >= entry.session->ends_at || now - entry.used >= limits::browser_session_idle_max;
}

void BrowserSessions::make_room(base::Timestamp now) {
    if (entries_.size() < limits::browser_sessions_max) {
        return;
    }
    std::erase_if(entries_, [now](const auto& entry) { return is_over(entry.second, now); });
    if (entries_.size() < limits::browser_sessions_max) {
        return;
    }
    entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& entry) {
        return entry.second.used;
    }));
}

void BrowserSessions::add(const std::string& cookie, BrowserSession session, base::Timestamp now) {
    session.ends_at = now + limits::browser_session_age_max;
    Entry entry{std::make_shared<const BrowserSession>(std::move(session)), now};
    const std::lock_guard lock(mutex_);
    make_room(now);
    entries_.insert_or_assign(base::sha256(cookie), std::move(entry));
}

std::shared_ptr<const BrowserSession> BrowserSessions::use(
    std::string_view cookie, base::Timestamp now
) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(base::sha256(cookie));
    if (found == entries_.end()) {
        return nullptr;
    }
    if (is_over(found->second, now)) {
        entries_.erase(found);
        return nullptr;
    }
    found->second.used = std::max(found->second.used, now);
    return found->second.session;
}

bool BrowserSessions::is_alive(std::string_view cookie, base::Timestamp now) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(base::sha256(cookie));
    return found != entries_.end() && !is_over(found->second, now);
}

std::shared_ptr<const BrowserSession> BrowserSessions::end(std::string_view cookie) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(base::sha256(cookie));
    if (found == entries_.end()) {
        return nullptr;
    }
    auto session = std::move(found->second.session);
    entries_.erase(found);
    return session;
}

void BrowserSessions::end(const EndedLogin& ended) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&ended](const auto& entry) {
        return ended.covers(identity_of(entry.second.session->principal));
    });
}

std::size_t BrowserSessions::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace samvev::access
