#include "access/browser_sessions.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "access/browser_session_text.hpp"
#include "access/principal_actor.hpp"
#include "access/row_bytes.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace samvev::access {
namespace {

constexpr std::string_view session_tag = "s";
constexpr std::string_view use_tag = "u";

std::string row_key(std::string_view tag, const base::Digest& digest) {
    return std::string(tag).append(base::as_view(digest));
}

std::optional<base::Digest> digest_in(std::string_view row, std::string_view tag) {
    base::Digest digest{};
    if (row.size() != tag.size() + digest.size()) {
        return std::nullopt;
    }
    std::copy_n(
        row.begin() + static_cast<std::ptrdiff_t>(tag.size()), digest.size(), digest.begin()
    );
    return digest;
}

// Not the digest that the row is found by, and nothing that leads from one to the other.
base::Digest sealing_key(std::string_view cookie) {
    return base::hmac_sha256(cookie, "samvev browser session 1");
}

}  // namespace

bool BrowserSessions::is_over(const Entry& entry, base::Timestamp now) noexcept {
    return now >= entry.ends_at || now - entry.used >= limits::browser_session_idle_max;
}

Result<void> BrowserSessions::load(base::Timestamp now) {
    if (rows_ == nullptr) {
        return {};
    }
    const std::lock_guard lock(mutex_);
    constexpr std::size_t time_size = 8;
    SAMVEV_CHECK_OK(rows_->each(session_tag, [this](std::string_view row, std::string_view value) {
        const auto digest = digest_in(row, session_tag);
        const auto ends = read_time(value.substr(0, time_size));
        if (digest && ends) {
            Entry& entry = entries_[*digest];
            entry.ends_at = *ends;
            entry.sealed = value.substr(time_size);
        }
    }));
    SAMVEV_CHECK_OK(rows_->each(use_tag, [this](std::string_view row, std::string_view value) {
        const auto digest = digest_in(row, use_tag);
        const auto used = read_time(value);
        const auto found = digest ? entries_.find(*digest) : entries_.end();
        if (found != entries_.end() && used) {
            found->second.used = *used;
            found->second.used_kept = *used;
        }
    }));
    Changes changes;
    make_room(now, changes);
    keep_soon(changes);
    return {};
}

void BrowserSessions::keep_soon(const Changes& changes) const {
    if (rows_ == nullptr || changes.empty()) {
        return;
    }
    if (const auto kept = rows_->write(changes, KeptRows::Durability::soon); !kept) {
        base::logger("access").error(
            "event=session_not_kept code={} reason=\"{}\"", base::to_text(kept.error().code),
            kept.error().message
        );
    }
}

void BrowserSessions::drop(Entries::iterator at, Changes& changes) {
    changes.push_back({row_key(session_tag, at->first), std::nullopt});
    changes.push_back({row_key(use_tag, at->first), std::nullopt});
    entries_.erase(at);
}

// Those that are over go now and then, so that no row stays for long.
void BrowserSessions::make_room(base::Timestamp now, Changes& changes) {
    if (now - swept_ >= limits::browser_session_idle_max ||
        entries_.size() >= limits::browser_sessions_max) {
        swept_ = now;
        for (auto at = entries_.begin(); at != entries_.end();) {
            const auto next = std::next(at);
            if (is_over(at->second, now)) {
                drop(at, changes);
            }
            at = next;
        }
    }
    if (entries_.size() >= limits::browser_sessions_max) {
        drop(
            std::ranges::min_element(
                entries_, {}, [](const auto& entry) { return entry.second.used; }
            ),
            changes
        );
    }
}

Result<void> BrowserSessions::add(
    const std::string& cookie, BrowserSession session, base::Timestamp now
) {
    const base::Digest digest = base::sha256(cookie);
    session.ends_at = now + limits::browser_session_age_max;
    Changes changes;
    if (rows_ != nullptr) {
        const std::string key = row_key(session_tag, digest);
        changes.push_back(
            {key, time_bytes(session.ends_at) +
                      rows_->seal(sealing_key(cookie), key, browser_session_text(session))}
        );
        changes.push_back({row_key(use_tag, digest), time_bytes(now)});
        SAMVEV_CHECK_OK(rows_->write(changes, KeptRows::Durability::durable));
        changes.clear();
    }
    Entry entry;
    entry.ends_at = session.ends_at;
    entry.used = now;
    entry.used_kept = now;
    entry.session = std::make_shared<const BrowserSession>(std::move(session));
    {
        const std::lock_guard lock(mutex_);
        make_room(now, changes);
        entries_.insert_or_assign(digest, std::move(entry));
    }
    keep_soon(changes);
    return {};
}

bool BrowserSessions::open(Entry& entry, const base::Digest& digest, std::string_view cookie)
    const {
    if (entry.session) {
        return true;
    }
    const auto text = rows_->open(sealing_key(cookie), row_key(session_tag, digest), entry.sealed);
    auto session = text ? read_browser_session(*text, issuers_) : std::nullopt;
    if (!session) {
        return false;
    }
    entry.session = std::make_shared<const BrowserSession>(std::move(*session));
    entry.sealed.clear();
    return true;
}

std::shared_ptr<const BrowserSession> BrowserSessions::use(
    std::string_view cookie, base::Timestamp now
) {
    const base::Digest digest = base::sha256(cookie);
    Changes changes;
    std::shared_ptr<const BrowserSession> session;
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(digest);
        if (found == entries_.end()) {
            return nullptr;
        }
        Entry& entry = found->second;
        if (is_over(entry, now) || !open(entry, digest, cookie)) {
            drop(found, changes);
        } else {
            entry.used = std::max(entry.used, now);
            session = entry.session;
            if (entry.used - entry.used_kept >= limits::session_use_kept_every) {
                entry.used_kept = entry.used;
                changes.push_back({row_key(use_tag, digest), time_bytes(entry.used)});
            }
        }
    }
    keep_soon(changes);
    return session;
}

bool BrowserSessions::is_alive(std::string_view cookie, base::Timestamp now) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(base::sha256(cookie));
    return found != entries_.end() && !is_over(found->second, now);
}

Result<std::shared_ptr<const BrowserSession>> BrowserSessions::end(std::string_view cookie) {
    const base::Digest digest = base::sha256(cookie);
    Changes changes;
    std::shared_ptr<const BrowserSession> session;
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(digest);
        if (found == entries_.end()) {
            return nullptr;
        }
        session = open(found->second, digest, cookie) ? found->second.session : nullptr;
        drop(found, changes);
    }
    if (rows_ != nullptr) {
        SAMVEV_CHECK_OK(rows_->write(changes, KeptRows::Durability::durable));
    }
    return session;
}

void BrowserSessions::end(const EndedLogin& ended) {
    Changes changes;
    {
        const std::lock_guard lock(mutex_);
        for (auto at = entries_.begin(); at != entries_.end();) {
            const auto next = std::next(at);
            if (at->second.session && ended.covers(identity_of(at->second.session->principal))) {
                drop(at, changes);
            }
            at = next;
        }
    }
    keep_soon(changes);
}

std::size_t BrowserSessions::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace samvev::access
