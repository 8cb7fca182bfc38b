#include "store/keys/key_table.hpp"

#include "store/bytes.hpp"

namespace samvev::store {

namespace {

tl::unexpected<Error> malformed(const char* what) {
    return fail(ErrorCode::corrupt, std::string("the key store has a malformed row: ") + what);
}

}  // namespace

Result<std::monostate> KeyTable::check_format() {
    SAMVEV_TRY(const auto row, database_->get(std::string(key_rows::format_key)));
    if (!row) {
        std::string first;
        ByteWriter(first).u32(key_rows::key_store_format);
        return database_->write_synced({{std::string(key_rows::format_key), first}});
    }
    ByteReader reader(*row);
    const std::uint32_t format = reader.u32();
    if (!reader.ok()) {
        return malformed("format");
    }
    if (format > key_rows::key_store_format) {
        return fail(
            ErrorCode::invalid_argument, "the key store has format " + std::to_string(format) +
                                             "; this program knows up to " +
                                             std::to_string(key_rows::key_store_format)
        );
    }
    return std::monostate();
}

Result<StreamKeysRow> KeyTable::stream(const KeyOwner& owner) const {
    SAMVEV_TRY(const auto bytes, database_->get(key_rows::stream(owner)));
    std::optional<StreamKeysRow> row = bytes ? key_rows::read_stream(*bytes) : StreamKeysRow();
    if (!row) {
        return malformed("stream");
    }
    return std::move(*row);
}

Result<std::optional<KeyRow>> KeyTable::key(const KeyId& id) const {
    SAMVEV_TRY(const auto bytes, database_->get(key_rows::key(id)));
    if (!bytes) {
        return std::nullopt;
    }
    std::optional<KeyRow> row = key_rows::read_key(*bytes);
    if (!row) {
        return malformed("key");
    }
    return row;
}

Result<std::vector<MasterKeyId>> KeyTable::masters() const {
    SAMVEV_TRY(const auto bytes, database_->get(std::string(key_rows::masters_key)));
    std::optional<std::vector<MasterKeyId>> out =
        bytes ? key_rows::read_masters(*bytes) : std::vector<MasterKeyId>();
    if (!out) {
        return malformed("masters");
    }
    return std::move(*out);
}

Result<std::optional<AppliedRow>> KeyTable::applied() const {
    SAMVEV_TRY(const auto bytes, database_->get(std::string(key_rows::applied_key)));
    if (!bytes) {
        return std::nullopt;
    }
    std::optional<AppliedRow> out = key_rows::read_applied(*bytes);
    if (!out) {
        return malformed("applied");
    }
    return out;
}

Result<std::vector<KeyTable::Closed>> KeyTable::closed() const {
    std::vector<KeyOwner> owners;
    bool whole = true;
    SAMVEV_CHECK_OK(database_->visit(
        key_rows::closed_tag, {},
        [&](std::string_view key, std::string_view) {
            std::optional<KeyOwner> owner = key_rows::owner_of(key);
            whole = owner.has_value();
            if (whole) {
                owners.push_back(std::move(*owner));
            }
            return whole;
        }
    ));
    if (!whole) {
        return malformed("closed");
    }
    std::vector<Closed> out;
    for (KeyOwner& owner : owners) {
        SAMVEV_TRY(StreamKeysRow row, stream(owner));
        out.push_back({std::move(owner), std::move(row)});
    }
    return out;
}

Result<std::monostate> KeyTable::load_dictionaries(Dictionaries& into) const {
    // Which one a module uses is said at each start, by its manifest.
    bool whole = true;
    SAMVEV_CHECK_OK(database_->visit(
        key_rows::dictionary_tag, {},
        [&](std::string_view key, std::string_view value) {
            ByteReader reader(value);
            reader.text();
            const DictionaryId id = dictionary_id(reader.rest());
            whole = reader.ok() && key == key_rows::dictionary(id);
            if (whole) {
                into.add(reader.rest());
            }
            return whole;
        }
    ));
    if (!whole) {
        return malformed("dictionary");
    }
    return std::monostate();
}

Result<std::monostate> KeyTable::visit_keys(const std::string& from, const KeyVisitor& visit)
    const {
    bool whole = true;
    SAMVEV_CHECK_OK(database_->visit(
        key_rows::key_tag, from,
        [&](std::string_view key, std::string_view value) {
            const std::optional<KeyRow> row = key_rows::read_key(value);
            whole = row.has_value();
            return whole && visit(key, *row);
        }
    ));
    if (!whole) {
        return malformed("key");
    }
    return std::monostate();
}

}  // namespace samvev::store
