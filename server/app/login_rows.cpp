#include "app/login_rows.hpp"

#include <span>

#include "store/keys/ciphers.hpp"
#include "store/keys/secret.hpp"
#include "store/table.hpp"

namespace samvev::app {
namespace {

// Behind every key that begins with `prefix`.
std::string end_of(std::string_view prefix) {
    std::string end(prefix);
    ++end.back();  // Tags are letters.
    return end;
}

class LoginRows final : public access::KeptRows {
public:
    explicit LoginRows(std::unique_ptr<store::Table> table) : table_(std::move(table)) {}

    Result<void> write(const std::vector<Change>& changes, Durability durability) override {
        store::TableBatch batch;
        for (const Change& change : changes) {
            if (change.value) {
                batch.put(change.key, *change.value);
            } else {
                batch.remove(change.key);
            }
        }
        SAMVEV_CHECK_OK(table_->write(batch));
        if (durability == Durability::durable) {
            SAMVEV_CHECK_OK(table_->sync());
        }
        return {};
    }

    Result<void> each(std::string_view prefix, const Visitor& visit) const override {
        SAMVEV_CHECK_OK(table_->scan(
            prefix, end_of(prefix),
            [&visit](std::string_view key, std::string_view value) {
                visit(key, value);
                return true;
            }
        ));
        return {};
    }

    // A key seals one text, so that no two need different nonces.
    std::string seal(const base::Digest& key, std::string_view place, std::string_view text)
        const override {
        return store::gcm_seal(
            store::Secret(std::span<const std::uint8_t, store::Secret::size>(key)), {}, place, text
        );
    }
    std::optional<std::string> open(
        const base::Digest& key, std::string_view place, std::string_view sealed
    ) const override {
        return store::gcm_open(
            store::Secret(std::span<const std::uint8_t, store::Secret::size>(key)), {}, place,
            sealed
        );
    }

private:
    const std::unique_ptr<store::Table> table_;
};

}  // namespace

Result<std::unique_ptr<access::KeptRows>> open_login_rows(const std::string& directory) {
    SAMVEV_TRY(auto table, store::open_rocks_table(directory));
    return std::unique_ptr<access::KeptRows>(std::make_unique<LoginRows>(std::move(table)));
}

}  // namespace samvev::app
