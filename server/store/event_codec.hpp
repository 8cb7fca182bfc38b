#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/bytes.hpp"
#include "store/commit.hpp"
#include "store/event.hpp"

namespace samvev::store {

// How an event is written down. Stored: never change; a new form gets a new format number in the
// record or row that holds it.
//
//   stamp    = u64 recorded at (microseconds since 1970 UTC, two's complement),
//              16 command id (zeros: none), text actor, text role, text unit, text on behalf of
//   envelope = text stream kind, 16 stream id, u64 revision, 16 event id, text type, u32 version,
//              text entity, text occurred on, text topic, list subjects, list audience,
//              text owner unit, u8 confidentiality, text key id, text commitment, text traceparent,
//              u32 payload size, 32 SHA-256 of the payload
//   list     = u8 count, count × text
//   payload  = u8 PayloadState, payload size bytes (none when removed)
//   leaf     = u8 1, u64 position, stamp, envelope
//   event    = leaf, payload
//
// The leaf is what a proof covers: it can be computed from an EventView alone, and stays the same
// when the payload is removed.

// Only the bytes that belong to it are read from `event`.
void append_stamp(std::string& out, const EventView& event);
void append_envelope(std::string& out, const EventView& event);
void append_payload(std::string& out, const EventView& event);
void append_leaf(std::string& out, const EventView& event);
void append_event(std::string& out, const EventView& event);

// The views point into the bytes read. A malformed input leaves reader.ok() false.
void read_stamp(ByteReader& reader, EventView& event);
void read_envelope(ByteReader& reader, EventView& event);
void read_payload(ByteReader& reader, EventView& event);
// Fails with corrupt.
[[nodiscard]] Result<EventView> read_event(std::string_view bytes);
// A view of the same event that points into `storage`, which it fills; also of an opened one, whose
// payload has not the stored size.
[[nodiscard]] EventView copy_event(const EventView& event, std::string& storage);

// The events of an admitted commit as they will be read, in the order of their positions. They
// point into the commit and into this object.
class CommitViews {
public:
    // `first_revisions` has one entry per write.
    CommitViews(const Commit& commit, Position first, const std::vector<Revision>& first_revisions);
    CommitViews(const CommitViews&) = delete;
    CommitViews& operator=(const CommitViews&) = delete;

    [[nodiscard]] const std::vector<EventView>& views() const noexcept { return views_; }

private:
    std::vector<std::string> lists_;
    std::vector<EventView> views_;
};

}  // namespace samvev::store
