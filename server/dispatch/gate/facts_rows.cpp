#include "dispatch/gate/facts_rows.hpp"

#include <array>
#include <string>

#include "base/uuid.hpp"
#include "dispatch/gate/facts_text.hpp"
#include "store/bytes.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::string_view prefix = "facts/";
constexpr std::uint8_t head_mark = 0;
enum class Kind : std::uint8_t {
    unit = 1,
    staff,
    case_,
    person,
    service,
    consultation,
    staff_of_person,
    represented_by,
    national_number,
    d_number
};
enum class Owner : std::uint8_t { tenant = 0, stream };

// Whose key the facts are like; no dictionary is made for them.
constexpr std::string_view module = "facts";

constexpr std::string_view stream_kind_of(Kind kind) {
    switch (kind) {
        case Kind::unit:
            return "unit";
        case Kind::staff:
            return "staff";
        case Kind::case_:
            return "case";
        case Kind::person:
        case Kind::staff_of_person:
        case Kind::represented_by:
        case Kind::national_number:
        case Kind::d_number:
            return "person";
        case Kind::consultation:
            return "consultation";
        case Kind::service:
            break;
    }
    return {};
}

std::string tenant_prefix(store::TenantId tenant) {
    std::string key(prefix);
    store::ByteWriter(key).u32(tenant.value());
    return key;
}

std::string head_key(store::TenantId tenant) {
    std::string key = tenant_prefix(tenant);
    store::ByteWriter(key).u8(head_mark);
    return key;
}

std::string row_key(store::TenantId tenant, Kind kind, std::string_view id) {
    std::string key = tenant_prefix(tenant);
    store::ByteWriter(key).u8(static_cast<std::uint8_t>(kind));
    return key.append(id);
}

// Behind every row of the tenant.
std::string rows_end(store::TenantId tenant) {
    std::string key = tenant_prefix(tenant);
    store::ByteWriter(key).u8(UINT8_MAX);
    return key;
}

// A stream that has a key and no events.
const store::StreamId& tenants_own() {
    static const store::StreamId stream{
        "facts", base::derived_uuid(std::array<std::string_view, 1>{"samvev.facts.shared"})
    };
    return stream;
}

std::optional<store::StreamId> stream_of(Kind kind, std::string_view id) {
    const std::string_view stream_kind = stream_kind_of(kind);
    const auto uuid = base::Uuid::parse(id);
    if (stream_kind.empty() || !uuid) {
        return std::nullopt;
    }
    return store::StreamId{std::string(stream_kind), *uuid};
}

// Seals rows of one tenant into a batch; the first failure is kept.
class Rows {
public:
    Rows(store::PayloadSeal* seal, store::TenantId tenant)
        : seal_(seal), log_{tenant, store::LogKind::domain} {}

    template <typename T>
    void put(
        Kind kind, const access::PersistentMap<T>& now, const access::PersistentMap<T>& before
    ) {
        now.for_each_changed(before, [&](const std::string& id, const T& facts) {
            put(kind, id, facts_text(facts));
        });
    }
    void put(Kind kind, const std::string& id, const std::string& text) {
        if (!outcome_) {
            return;
        }
        std::string key = row_key(log_.tenant, kind, id);
        auto row = sealed(stream_of(kind, id), key, text);
        if (row) {
            batch_.put(std::move(key), std::move(*row));
        } else {
            outcome_ = tl::unexpected(row.error());
        }
    }
    void put_head(std::string value) { batch_.put(head_key(log_.tenant), std::move(value)); }

    [[nodiscard]] Result<std::monostate> write_to(store::Table& table) const {
        SAMVEV_CHECK_OK(outcome_);
        return table.write(batch_);
    }

private:
    [[nodiscard]] Result<std::string> sealed(
        const std::optional<store::StreamId>& stream, std::string_view key, std::string_view text
    ) const {
        if (seal_ == nullptr) {
            return static_cast<char>(Owner::tenant) + std::string(text);
        }
        if (stream) {
            Result<std::string> own = seal_->seal({log_, *stream, key, module}, text);
            if (own) {
                return static_cast<char>(Owner::stream) + *own;
            }
            if (own.error().code != ErrorCode::gone) {
                return own;
            }
        }
        SAMVEV_TRY(const std::string shared, seal_->seal({log_, tenants_own(), key, module}, text));
        return static_cast<char>(Owner::tenant) + shared;
    }

    store::PayloadSeal* const seal_;
    const store::LogId log_;
    store::TableBatch batch_;
    Result<std::monostate> outcome_ = std::monostate();
};

std::string head_value(const FactsRows::Head& head, std::uint64_t version) {
    std::string value;
    store::ByteWriter writer(value);
    writer.u8(facts_format);
    writer.u64(head.epoch);
    writer.u64(head.next.value());
    writer.uuid(head.last.value());
    writer.u64(version);
    return value;
}

template <typename T>
bool take(access::PersistentMap<T>& map, std::string_view id, std::string_view text) {
    std::optional<T> facts = read_facts<T>(text);
    if (facts) {
        map.set(id, std::move(*facts));
    }
    return facts.has_value();
}

bool take(
    std::vector<PersonNumbers::Number>& numbers, Kind kind, std::string_view id,
    std::string_view text
) {
    const auto person = base::Uuid::parse(id);
    PersonNumbers::Number number;
    number.is_d_number = kind == Kind::d_number;
    if (!person || text.size() != number.digest.size()) {
        return false;
    }
    number.person = *person;
    std::copy(text.begin(), text.end(), number.digest.begin());
    numbers.push_back(number);
    return true;
}

bool take(FactsRows::Saved& saved, Kind kind, std::string_view id, std::string_view text) {
    access::Facts& facts = saved.facts;
    switch (kind) {
        case Kind::unit:
            return take(facts.units, id, text);
        case Kind::staff:
            return take(facts.staff, id, text);
        case Kind::case_:
            return take(facts.cases, id, text);
        case Kind::person:
            return take(facts.persons, id, text);
        case Kind::service:
            return take(facts.services, id, text);
        case Kind::consultation:
            return take(facts.consultations, id, text);
        case Kind::staff_of_person:
            return take(facts.staff_of_person, id, text);
        case Kind::represented_by:
            return take(facts.represented_by, id, text);
        case Kind::national_number:
        case Kind::d_number:
            return take(saved.numbers, kind, id, text);
    }
    return false;
}

}  // namespace

Result<std::optional<FactsRows::Saved>> FactsRows::load(store::TenantId tenant) const {
    const std::optional<Saved> none;
    SAMVEV_TRY(const auto head, table_.get(head_key(tenant)));
    if (!head) {
        return none;
    }
    store::ByteReader reader(*head);
    Saved saved;
    const std::uint8_t format = reader.u8();
    saved.head.epoch = reader.u64();
    saved.head.next = store::Position(reader.u64());
    saved.head.last = store::EventId(reader.uuid());
    saved.facts.tenant = tenant.value();
    saved.facts.version = reader.u64();
    if (!reader.ok() || format != facts_format) {
        return none;
    }
    const store::LogId log{tenant, store::LogKind::domain};
    const std::size_t kind_at = tenant_prefix(tenant).size();
    bool whole = true;
    const auto take_row = [&](std::string_view key, std::string_view value) {
        const auto kind = static_cast<Kind>(key[kind_at]);
        const std::string_view id = key.substr(kind_at + 1);
        store::ByteReader row(value);
        const auto owner = static_cast<Owner>(row.u8());
        const auto stream = stream_of(kind, id);
        if (!row.ok() || (owner == Owner::stream && !stream)) {
            whole = false;
        } else if (seal_ == nullptr) {
            whole = take(saved, kind, id, row.rest());
        } else {
            const auto text = seal_->open(
                {log, owner == Owner::stream ? *stream : tenants_own(), key, module}, row.rest()
            );
            whole = text && *text && take(saved, kind, id, **text);
        }
        return whole;
    };
    SAMVEV_CHECK_OK(table_.scan(row_key(tenant, Kind::unit, {}), rows_end(tenant), take_row));
    return whole ? std::optional(std::move(saved)) : none;
}

Result<std::monostate> FactsRows::save(const Saved& now, const access::Facts& before) {
    const access::Facts& facts = now.facts;
    Rows rows(seal_, store::TenantId(facts.tenant));
    rows.put(Kind::unit, facts.units, before.units);
    rows.put(Kind::staff, facts.staff, before.staff);
    rows.put(Kind::case_, facts.cases, before.cases);
    rows.put(Kind::person, facts.persons, before.persons);
    rows.put(Kind::service, facts.services, before.services);
    rows.put(Kind::consultation, facts.consultations, before.consultations);
    rows.put(Kind::staff_of_person, facts.staff_of_person, before.staff_of_person);
    rows.put(Kind::represented_by, facts.represented_by, before.represented_by);
    for (const PersonNumbers::Number& one : now.numbers) {
        rows.put(
            one.is_d_number ? Kind::d_number : Kind::national_number, one.person.text(),
            std::string(base::as_view(one.digest))
        );
    }
    rows.put_head(head_value(now.head, facts.version));
    return rows.write_to(table_);
}

Result<std::monostate> FactsRows::remove(store::TenantId tenant) {
    store::TableBatch batch;
    batch.remove_range(tenant_prefix(tenant), rows_end(tenant));
    return table_.write(batch);
}

}  // namespace samvev::dispatch
