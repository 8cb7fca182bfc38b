#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace samvev::dispatch {

// A map that knows which entries were asked for least recently, for caches with a bound.
// Concurrency: the owner's lock.
template <typename Key, typename Value, typename Hash = std::hash<Key>>
class RecentMap {
public:
    // The entry, now the most recent one; null when there is none. Valid until it is dropped.
    [[nodiscard]] Value* find(const Key& key) {
        const auto found = places_.find(key);
        if (found == places_.end()) {
            return nullptr;
        }
        entries_.splice(entries_.begin(), entries_, found->second);
        return &found->second->second;
    }

    // `key` is not there yet.
    Value& insert(const Key& key, Value value) {
        entries_.emplace_front(key, std::move(value));
        places_.emplace(key, entries_.begin());
        return entries_.front().second;
    }

    // Drops the entry if it is there and `may_drop`.
    template <typename MayDrop>
    void erase_if(const Key& key, const MayDrop& may_drop) {
        const auto found = places_.find(key);
        if (found != places_.end() && may_drop(found->second->second)) {
            entries_.erase(found->second);
            places_.erase(found);
        }
    }

    // Drops the least recent of those that `may_drop` until fewer than `size_max` are left; looks
    // at no more than `tries_max` entries.
    template <typename MayDrop>
    void make_room(std::size_t size_max, std::size_t tries_max, const MayDrop& may_drop) {
        auto candidate = entries_.end();
        for (std::size_t i = 0;
             entries_.size() >= size_max && candidate != entries_.begin() && i < tries_max; ++i) {
            --candidate;
            if (may_drop(candidate->second)) {
                places_.erase(candidate->first);
                candidate = entries_.erase(candidate);
            }
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    using Entries = std::list<std::pair<const Key, Value>>;
    Entries entries_;  // most recent first
    std::unordered_map<Key, typename Entries::iterator, Hash> places_;
};

}  // namespace samvev::dispatch
