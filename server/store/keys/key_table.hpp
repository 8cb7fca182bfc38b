#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "store/keys/dictionary.hpp"
#include "store/keys/key_database.hpp"
#include "store/keys/key_rows.hpp"

namespace samvev::store {

// The rows of the key store as values: what is malformed is corrupt and named. [any thread]
class KeyTable {
public:
    explicit KeyTable(std::unique_ptr<KeyDatabase> database) : database_(std::move(database)) {}

    [[nodiscard]] KeyDatabase& database() const noexcept { return *database_; }
    [[nodiscard]] bool writes() const noexcept { return database_->writes(); }

    // Writes the format when there is none. Fails with invalid_argument when it is newer.
    [[nodiscard]] Result<std::monostate> check_format();
    // A stream that has none has no keys.
    [[nodiscard]] Result<StreamKeysRow> stream(const KeyOwner& owner) const;
    [[nodiscard]] Result<std::optional<KeyRow>> key(const KeyId& id) const;
    [[nodiscard]] Result<std::vector<MasterKeyId>> masters() const;
    [[nodiscard]] Result<std::optional<AppliedRow>> applied() const;
    // Every stream that is fenced or destroyed.
    struct Closed {
        KeyOwner owner;
        StreamKeysRow row;
    };
    [[nodiscard]] Result<std::vector<Closed>> closed() const;
    [[nodiscard]] Result<std::monostate> load_dictionaries(Dictionaries& into) const;

    // Keys from `from` (a row key, or empty) on, until the visitor returns false.
    using KeyVisitor = std::function<bool(std::string_view row_key, const KeyRow& row)>;
    [[nodiscard]] Result<std::monostate> visit_keys(
        const std::string& from, const KeyVisitor& visit
    ) const;

private:
    const std::unique_ptr<KeyDatabase> database_;
};

}  // namespace samvev::store
