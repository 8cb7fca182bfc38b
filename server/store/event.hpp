#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "store/ids.hpp"

namespace samvev::store {

// How strictly an event is guarded. Stored: never renumber.
enum class Confidentiality : std::uint8_t { open = 0, internal = 1, restricted = 2, strict = 3 };

// What access decides on without parsing the payload. Written by the host from the manifest.
struct Labels {
    std::string topic;                  // e.g. "plan", "health"
    std::vector<std::string> subjects;  // UUID texts of the persons it is about
    std::vector<std::string> audience;  // who it is addressed to, beyond the stream's team
    std::string owner_unit;             // UUID text of the unit it belongs to, or empty
    Confidentiality confidentiality = Confidentiality::internal;
    friend bool operator==(const Labels&, const Labels&) = default;
};

// Who acted. Never a name or a national number.
struct ActorStamp {
    std::string actor;         // "staff/<uuid>", "person/<uuid>", "service/<id>", "system/<module>"
    std::string role;          // the role acted in, or empty
    std::string unit;          // UUID text, or empty
    std::string on_behalf_of;  // actor text, or empty
    friend bool operator==(const ActorStamp&, const ActorStamp&) = default;
};

// An event to append. The caller leaves key id and commitment empty and the payload in the clear;
// sealed_event_log.hpp fills them in.
struct NewEvent {
    EventId id;
    std::string type;  // "case.case-opened"
    std::uint32_t version = 1;
    std::string entity;       // the thing inside the stream it is about, or empty = the stream
    std::string occurred_on;  // YYYY-MM-DD or RFC 3339, or empty = when recorded
    Labels labels;
    std::string key_id;       // data key the payload is sealed under; empty = not sealed
    std::string commitment;   // 32 bytes key commitment, or empty
    std::string traceparent;  // W3C trace context, or empty
    std::string payload;
};

// Stored: never renumber.
enum class PayloadState : std::uint8_t {
    present = 0,
    removed = 1,  // taken out by position; the envelope and its payload hash remain
    erased = 2,   // its key is destroyed; said by a log that opens what is sealed, never stored
};

// What `EventView::payload` holds. In memory only.
enum class PayloadForm : std::uint8_t {
    stored,  // as in the record: sealed when the envelope names a key
    opened,  // as it was appended, although the envelope names a key
};

// A recorded event. Views point into memory that lives as long as the visitor call, or as long as
// the RecordedEvent that owns it.
struct EventView {
    Position position;
    Revision revision;
    std::string_view stream_kind;
    base::Uuid stream_id;
    EventId id;
    std::string_view type;
    std::uint32_t version = 1;
    std::string_view entity;
    std::string_view occurred_on;
    base::Timestamp recorded_at;
    CommandId command;  // the command that caused it
    std::string_view actor;
    std::string_view role;
    std::string_view unit;
    std::string_view on_behalf_of;
    std::string_view topic;
    std::string_view owner_unit;
    Confidentiality confidentiality = Confidentiality::internal;
    std::string_view subjects;  // as stored: u8 count, then u8 length + bytes each
    std::string_view audience;  // the same
    std::string_view key_id;
    std::string_view commitment;
    std::string_view traceparent;
    std::uint32_t payload_size = 0;  // of the stored payload, also after it is removed
    base::Digest payload_sha256{};
    PayloadState payload_state = PayloadState::present;
    PayloadForm payload_form = PayloadForm::stored;
    std::string_view payload;  // empty when removed or erased

    [[nodiscard]] StreamId stream() const { return {std::string(stream_kind), stream_id}; }
};

// Whether `payload` is what was appended: not removed, erased or still sealed.
[[nodiscard]] inline bool is_readable(const EventView& event) noexcept {
    return event.payload_state == PayloadState::present &&
           (event.key_id.empty() || event.payload_form == PayloadForm::opened);
}

// The texts in `EventView::subjects` or `audience`.
[[nodiscard]] std::vector<std::string> list_texts(std::string_view packed);

// An EventView that owns its memory (shared with the other events of the same commit or page).
class RecordedEvent {
public:
    RecordedEvent(std::shared_ptr<const std::string> bytes, EventView view)
        : bytes_(std::move(bytes)), view_(view) {}
    // Copies what the view points to.
    [[nodiscard]] static RecordedEvent copy_of(const EventView& view);

    [[nodiscard]] const EventView& view() const noexcept { return view_; }
    const EventView* operator->() const noexcept { return &view_; }

private:
    std::shared_ptr<const std::string> bytes_;
    EventView view_;
};

}  // namespace samvev::store
