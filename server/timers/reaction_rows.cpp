#include "timers/reaction_rows.hpp"

#include "base/limits.hpp"
#include "store/bytes.hpp"

namespace samvev::timers {
namespace {

constexpr std::uint8_t sealed_mark = 1;  // Reasons are text.
constexpr std::string_view erased_reason = "erased";
constexpr std::string_view unreadable_reason = "sealed";

constexpr std::string_view position_prefix = "reactor/at/";
constexpr std::string_view activated_prefix = "reactor/activated/";
constexpr std::string_view parked_prefix = "reactor/parked/";
constexpr std::string_view parked_end = "reactor/parked0";  // '0' follows '/'
constexpr std::size_t event_id_characters = 36;
constexpr std::size_t parked_tail_bytes = 1 + 8 + 1;  // %x00 position index

template <typename Number>
void append_number(std::string& out, Number number) {
    for (std::size_t i = sizeof(Number); i > 0; --i) {
        out.push_back(static_cast<char>((number >> (8 * (i - 1))) & 0xff));
    }
}

std::uint64_t read_number(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char c : bytes) {
        number = (number << 8) | static_cast<std::uint8_t>(c);
    }
    return number;
}

std::string position_key(store::TenantId tenant, std::string_view module) {
    std::string key(position_prefix);
    append_number(key, tenant.value());
    return key.append(module);
}

std::string position_value(store::Position next) {
    std::string value;
    append_number(value, next.value());
    return value;
}

std::string activated_key(std::string_view module) {
    return std::string(activated_prefix).append(module);
}

}  // namespace

Result<bool> ReactionRows::is_activated(std::string_view module) const {
    SAMVEV_TRY(const auto row, table_.get(activated_key(module)));
    return row.has_value();
}

Result<std::monostate> ReactionRows::activate(
    std::string_view module, std::span<const Start> tenants
) {
    store::TableBatch batch;
    for (const Start& start : tenants) {
        batch.put(position_key(start.tenant, module), position_value(start.next));
    }
    batch.put(activated_key(module), {});
    SAMVEV_CHECK_OK(table_.write(batch));
    return table_.sync();
}

Result<std::optional<store::Position>> ReactionRows::position(
    store::TenantId tenant, std::string_view module
) const {
    SAMVEV_TRY(const auto row, table_.get(position_key(tenant, module)));
    if (!row) {
        return std::optional<store::Position>();
    }
    if (row->size() != sizeof(std::uint64_t)) {
        return fail(
            ErrorCode::corrupt, "the reaction position of " + std::string(module) + " for tenant " +
                                    std::to_string(tenant.value()) + " is not 8 bytes"
        );
    }
    return std::optional(store::Position(read_number(*row)));
}

Result<std::monostate> ReactionRows::set_position(
    store::TenantId tenant, std::string_view module, store::Position next
) {
    store::TableBatch batch;
    batch.put(position_key(tenant, module), position_value(next));
    return table_.write(batch);
}

Result<std::monostate> ReactionRows::park(const ParkedCommand& command) {
    std::string key(parked_prefix);
    append_number(key, command.tenant.value());
    key.append(command.module);
    key.push_back('\0');
    append_number(key, command.position.value());
    append_number(key, command.index);
    store::TableBatch batch;
    SAMVEV_TRY(const std::string text, why(command, key));
    batch.put(std::move(key), command.event + text);
    return table_.write(batch);
}

Result<std::string> ReactionRows::why(const ParkedCommand& command, std::string_view key) const {
    if (seal_ == nullptr) {
        return command.reason;
    }
    std::string out;
    store::ByteWriter writer(out);
    writer.u8(sealed_mark);
    writer.text(command.stream.kind);
    writer.uuid(command.stream.id);
    const Result<std::string> sealed = seal_->seal(
        {{command.tenant, store::LogKind::domain}, command.stream, key, command.module},
        command.reason
    );
    if (!sealed && sealed.error().code == ErrorCode::gone) {
        return std::string(erased_reason);  // Erased meanwhile: that it was parked is kept.
    }
    SAMVEV_CHECK_OK(sealed);
    return out + *sealed;
}

std::string ReactionRows::reason(store::TenantId tenant, std::string_view key, std::string_view why)
    const {
    if (why.empty() || why.front() != static_cast<char>(sealed_mark)) {
        return std::string(why);
    }
    store::ByteReader reader(why);
    reader.u8();
    store::StreamId stream;
    stream.kind = reader.text();
    stream.id = reader.uuid();
    if (!reader.ok() || seal_ == nullptr) {
        return std::string(unreadable_reason);
    }
    const auto opened =
        seal_->open({{tenant, store::LogKind::domain}, stream, key, {}}, reader.rest());
    if (!opened) {
        return std::string(unreadable_reason);
    }
    return opened->value_or(std::string(erased_reason));
}

Result<std::vector<Reactor::Parked>> ReactionRows::parked() const {
    std::vector<Reactor::Parked> rows;
    SAMVEV_CHECK_OK(table_.scan(
        parked_prefix, parked_end,
        [&](std::string_view key, std::string_view value) {
            const std::string_view whole = key;
            key.remove_prefix(parked_prefix.size());
            if (key.size() < 4 + parked_tail_bytes || value.size() < event_id_characters) {
                return true;
            }
            Reactor::Parked row;
            row.tenant = static_cast<std::uint32_t>(read_number(key.substr(0, 4)));
            row.module = key.substr(4, key.size() - 4 - parked_tail_bytes);
            row.event = value.substr(0, event_id_characters);
            row.reason =
                reason(store::TenantId(row.tenant), whole, value.substr(event_id_characters));
            rows.push_back(std::move(row));
            return rows.size() < limits::parked_page_max;
        }
    ));
    return rows;
}

}  // namespace samvev::timers
