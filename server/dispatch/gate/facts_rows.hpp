#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "access/facts.hpp"
#include "base/result.hpp"
#include "dispatch/gate/person_numbers.hpp"
#include "store/event.hpp"
#include "store/payload_seal.hpp"
#include "store/table.hpp"

namespace samvev::dispatch {

// The facts of access of a tenant up to a position of its log, kept in a table so that a start
// reads what there is and not what has happened. Can be thrown away at any time. Stored:
//
//   head   = "facts/" tenant %x00        -> format epoch next event version
//   row    = "facts/" tenant kind id     -> owner sealed
//   tenant = u32 ; format = u8 facts_format ; epoch, next, version = u64 ; integers big-endian
//   event  = 16 id of the event before `next`
//   kind   = %x01 unit | %x02 staff | %x03 case | %x04 person | %x05 service
//          | %x06 consultation | %x07 staff of a person | %x08 represented by a person
//          | %x09 fnr of a person | %x0a D-number of a person
//   id     = text
//   owner  = %x00 the tenant's own key | %x01 the key of the stream kind/id
//   sealed = facts_text.hpp, or the digest of a number, sealed at the row's key;
//            without a seal: in the clear
//
// A row is sealed with the key of what it is about, so that it is forgotten together with that.
// What an erased stream's envelopes still say has the tenant's own key. Concurrency: one caller at
// a time.
class FactsRows {
public:
    // Both outlive this.
    FactsRows(store::Table& table, store::PayloadSeal* seal) : table_(table), seal_(seal) {}

    struct Head {
        std::uint64_t epoch = 0;
        store::Position next;
        store::EventId last;  // the event before `next`: that it is still this history
    };
    struct Saved {
        Head head;
        access::Facts facts;
        std::vector<PersonNumbers::Number> numbers;
    };
    // Absent when there are none, or any of them is of another format, erased or damaged.
    [[nodiscard]] Result<std::optional<Saved>> load(store::TenantId tenant) const;
    // Writes which facts have changed since `before`, which is what was saved last (empty:
    // nothing), the numbers given, and the head, together. Fails as Table and PayloadSeal.
    [[nodiscard]] Result<std::monostate> save(const Saved& now, const access::Facts& before);
    [[nodiscard]] Result<std::monostate> remove(store::TenantId tenant);

private:
    store::Table& table_;
    store::PayloadSeal* const seal_;
};

}  // namespace samvev::dispatch
