#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/strong_id.hpp"

namespace samvev::store {

// The first 8 bytes of the SHA-256 of a dictionary; 0 = none.
using DictionaryId = base::StrongId<struct DictionaryTag, std::uint64_t>;

[[nodiscard]] DictionaryId dictionary_id(std::string_view dictionary);

// Trains a dictionary on the examples in a module's manifest. Never on events: a dictionary holds
// pieces of what it was trained on, in the clear. Absent when there are too few examples to learn
// from.
[[nodiscard]] std::optional<std::string> train_dictionary(std::span<const std::string> examples);

// Compresses texts with zstd, each for itself, with the dictionary of the module that wrote it. A
// module's dictionary may change; what was compressed with an older one needs that one.
//
// Concurrency: [any thread].
// Limitations: a dictionary once added stays, because events refer to it.
class Dictionaries {
public:
    Dictionaries();
    Dictionaries(const Dictionaries&) = delete;
    Dictionaries& operator=(const Dictionaries&) = delete;
    ~Dictionaries();

    // Adds the bytes of a dictionary (kept), without using it for new texts.
    DictionaryId add(std::string_view bytes);
    // From now on `module` compresses with this dictionary, which has been added.
    void use(std::string_view module, DictionaryId id);

    struct Compressed {
        DictionaryId dictionary;
        std::string bytes;
    };
    // Absent when compressing gains nothing.
    [[nodiscard]] std::optional<Compressed> compress(std::string_view module, std::string_view text)
        const;
    // Absent when the bytes are not what compress() made, are longer than `bytes_max`, or the
    // dictionary is unknown.
    [[nodiscard]] std::optional<std::string> decompress(
        DictionaryId dictionary, std::string_view bytes, std::size_t bytes_max
    ) const;
    [[nodiscard]] bool knows(DictionaryId id) const;

private:
    struct Dictionary;
    [[nodiscard]] const Dictionary* find(DictionaryId id) const;

    mutable std::mutex mutex_;  // Guards both maps; what they point to never changes.
    std::map<DictionaryId, std::unique_ptr<const Dictionary>> dictionaries_;
    std::map<std::string, DictionaryId, std::less<>> of_module_;
};

}  // namespace samvev::store
