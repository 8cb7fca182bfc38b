#include "store/keys/context.hpp"

#include "store/bytes.hpp"

namespace samvev::store {

namespace {

std::string begin(char kind, const KeyOwner& owner) {
    std::string out(1, kind);
    append_place(out, owner);
    return out;
}

}  // namespace

void append_place(std::string& out, const KeyOwner& owner) {
    ByteWriter writer(out);
    writer.u32(owner.log.tenant.value());
    writer.u8(static_cast<std::uint8_t>(owner.log.kind));
    writer.text(owner.stream.kind);
    writer.uuid(owner.stream.id);
}

std::string event_context(
    const KeyOwner& owner, EventId id, std::string_view type, std::uint32_t version
) {
    std::string out = begin('e', owner);
    ByteWriter writer(out);
    writer.uuid(id.value());
    writer.text(type);
    writer.u32(version);
    return out;
}

std::string timer_context(LogId log, const TimerSet& timer) {
    std::string out = begin('t', {log, timer.key.stream});
    ByteWriter writer(out);
    writer.text(timer.key.module);
    writer.text(timer.key.name);
    writer.uuid(timer.set_by.value());
    return out;
}

std::string snapshot_context(const KeyOwner& owner, const Snapshot& snapshot) {
    std::string out = begin('s', owner);
    ByteWriter writer(out);
    writer.text(snapshot.module);
    writer.u32(snapshot.state_version);
    writer.u64(snapshot.revision.value());
    return out;
}

std::string derived_context(const KeyOwner& owner, std::string_view place) {
    std::string out = begin('d', owner);
    ByteWriter(out).bytes(place);
    return out;
}

}  // namespace samvev::store
