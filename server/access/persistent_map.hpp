#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace samvev::access {

// A map from text to T of which a copy costs one pointer and a change copies two nodes and one
// bucket; other copies keep what they had. So a snapshot of a tenant's facts is free.
// Concurrency: values shared by copies are never changed; one map object is not thread-safe.
// Limitations: 4096 buckets, each searched by bisection: made for up to a few million entries.
template <typename T>
class PersistentMap {
public:
    // Valid until this map object is changed, or longer while a copy of it lives.
    [[nodiscard]] const T* find(std::string_view key) const noexcept {
        const Bucket* const bucket = bucket_at(place_of(key));
        return bucket == nullptr ? nullptr : value_in(*bucket, key).get();
    }

    void set(std::string_view key, T value) {
        const Place place = place_of(key);
        auto root = root_ ? std::make_shared<Root>(*root_) : std::make_shared<Root>();
        auto branch = (*root)[place.branch] ? std::make_shared<Branch>(*(*root)[place.branch])
                                            : std::make_shared<Branch>();
        auto bucket = (*branch)[place.bucket] ? std::make_shared<Bucket>(*(*branch)[place.bucket])
                                              : std::make_shared<Bucket>();
        auto shared = std::make_shared<const T>(std::move(value));
        const auto found = lower_bound(*bucket, key);
        if (found != bucket->end() && found->first == key) {
            found->second = std::move(shared);
        } else {
            bucket->emplace(found, std::string(key), std::move(shared));
            ++size_;
        }
        (*branch)[place.bucket] = std::move(bucket);
        (*root)[place.branch] = std::move(branch);
        root_ = std::move(root);
    }

    // What is there, or a T of its own making, with `change` done to it.
    template <typename Change>
    void update(std::string_view key, Change change) {
        const T* known = find(key);
        T value = known != nullptr ? *known : T{};
        change(value);
        set(key, std::move(value));
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    // Calls visit(key, value) for what was set since `then`, a copy of this map made earlier (or an
    // empty one), in no order. What neither has changed is passed by whole buckets.
    template <typename Visit>
    void for_each_changed(const PersistentMap& then, Visit visit) const {
        if (root_ == then.root_) {
            return;
        }
        for (std::size_t i = 0; i < width * width; ++i) {
            const Place place{.branch = i / width, .bucket = i % width};
            const Bucket* const now = bucket_at(place);
            const Bucket* const before = then.bucket_at(place);
            if (now == nullptr || now == before) {
                continue;
            }
            for (const auto& [key, value] : *now) {
                if (before == nullptr || value_in(*before, key) != value) {
                    visit(key, *value);
                }
            }
        }
    }

private:
    static constexpr std::size_t width = 64;
    using Bucket = std::vector<std::pair<std::string, std::shared_ptr<const T>>>;
    using Branch = std::array<std::shared_ptr<const Bucket>, width>;
    using Root = std::array<std::shared_ptr<const Branch>, width>;
    struct Place {
        std::size_t branch;
        std::size_t bucket;
    };

    [[nodiscard]] static Place place_of(std::string_view key) noexcept {
        const std::size_t hash = std::hash<std::string_view>{}(key);
        return {.branch = hash % width, .bucket = hash / width % width};
    }

    [[nodiscard]] const Bucket* bucket_at(Place place) const noexcept {
        const Branch* const branch = root_ ? (*root_)[place.branch].get() : nullptr;
        return branch == nullptr ? nullptr : (*branch)[place.bucket].get();
    }

    // Null when it is not there.
    [[nodiscard]] static std::shared_ptr<const T> value_in(
        const Bucket& bucket, std::string_view key
    ) noexcept {
        const auto found = lower_bound(bucket, key);
        return found != bucket.end() && found->first == key ? found->second : nullptr;
    }

    template <typename B>
    [[nodiscard]] static auto lower_bound(B& bucket, std::string_view key) noexcept {
        return std::lower_bound(
            bucket.begin(), bucket.end(), key,
            [](const auto& entry, std::string_view wanted) { return entry.first < wanted; }
        );
    }

    std::shared_ptr<const Root> root_;
    std::size_t size_ = 0;
};

}  // namespace samvev::access
