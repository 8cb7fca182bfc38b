#include "store/keys/stream_seal.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "store/bytes.hpp"
#include "store/keys/context.hpp"

namespace samvev::store {

namespace {

constexpr std::uint8_t data_format = 1;
constexpr std::size_t commitment_bytes = 32;

// Event types are "module.what-happened".
std::string_view module_of(std::string_view type) {
    return type.substr(0, type.find('.'));
}

// Adds the keys that envelopes from `from` on name; returns the revision to go on from.
Result<Revision> add_named_keys(const EventLog& log, Erasure& erasure, Revision from) {
    const auto scanned = log.scan_stream(
        erasure.owner.log, erasure.owner.stream, from, SIZE_MAX,
        [&erasure](const EventView& event) {
            const KeyId id{std::string(event.key_id)};
            const auto known = std::find(erasure.keys.begin(), erasure.keys.end(), id);
            if (!id.value().empty() && known == erasure.keys.end()) {
                erasure.keys.push_back(id);
            }
            return Visit::more;
        }
    );
    if (!scanned && scanned.error().code == ErrorCode::not_found) {
        return from;
    }
    return scanned;
}

class StreamSeal final : public PayloadSeal {
public:
    StreamSeal(KeyStore& keys, RandomSource& random) : keys_(keys), random_(random) {}

    Result<std::monostate> seal(LogId log, const StreamId& stream, NewEvent& event) override {
        const KeyOwner owner{log, stream};
        SAMVEV_TRY(const SealingKeyPtr key, keys_.key_to_seal(owner));
        event.payload = key->seal(
            event_context(owner, event.id, event.type, event.version), module_of(event.type),
            event.payload, keys_.dictionaries(), random_
        );
        event.key_id = key->id().value();
        event.commitment = base::as_view(key->commitment());
        return std::monostate();
    }

    Result<std::optional<std::string>> open(LogId log, const EventView& event) override {
        const KeyOwner owner{log, event.stream()};
        SAMVEV_TRY(
            const SealingKeyPtr key, keys_.key_to_open(owner, KeyId(std::string(event.key_id)))
        );
        if (key == nullptr) {
            return std::nullopt;
        }
        SAMVEV_TRY(
            std::string text, key->open(
                                  event_context(owner, event.id, event.type, event.version),
                                  event.payload, event.commitment, keys_.dictionaries()
                              )
        );
        return text;
    }

    Result<std::monostate> seal(LogId log, TimerSet& timer) override {
        return seal_data(
            {log, timer.key.stream}, timer_context(log, timer), timer.key.module, timer.data
        );
    }
    Result<std::optional<std::string>> open(LogId log, const TimerSet& timer) override {
        return open_data({log, timer.key.stream}, timer_context(log, timer), timer.data);
    }

    Result<std::monostate> seal(LogId log, const StreamId& stream, Snapshot& snapshot) override {
        const KeyOwner owner{log, stream};
        return seal_data(owner, snapshot_context(owner, snapshot), snapshot.module, snapshot.state);
    }
    Result<std::optional<std::string>> open(
        LogId log, const StreamId& stream, const Snapshot& snapshot
    ) override {
        const KeyOwner owner{log, stream};
        return open_data(owner, snapshot_context(owner, snapshot), snapshot.state);
    }

    Result<std::string> seal(const DerivedText& text, std::string_view clear) override {
        const KeyOwner owner{text.log, text.stream};
        return sealed_data(owner, derived_context(owner, text.place), text.module, clear);
    }
    Result<std::optional<std::string>> open(const DerivedText& text, std::string_view sealed)
        override {
        const KeyOwner owner{text.log, text.stream};
        return open_data(owner, derived_context(owner, text.place), sealed);
    }

    Result<std::monostate> permit(LogId log, const StreamId& stream) override {
        if (keys_.is_closed({log, stream})) {
            return fail(ErrorCode::gone, "stream " + stream.text() + " has been erased");
        }
        return std::monostate();
    }

private:
    Result<std::monostate> seal_data(
        const KeyOwner& owner, const std::string& context, std::string_view module,
        std::string& data
    ) {
        SAMVEV_TRY(data, sealed_data(owner, context, module, data));
        return std::monostate();
    }

    Result<std::string> sealed_data(
        const KeyOwner& owner, const std::string& context, std::string_view module,
        std::string_view data
    ) {
        SAMVEV_TRY(const SealingKeyPtr key, keys_.key_to_seal(owner));
        std::string out;
        ByteWriter writer(out);
        writer.u8(data_format);
        writer.text(key->id().value());
        writer.digest(key->commitment());
        writer.bytes(key->seal(context, module, data, keys_.dictionaries(), random_));
        return out;
    }

    Result<std::optional<std::string>> open_data(
        const KeyOwner& owner, const std::string& context, std::string_view data
    ) {
        ByteReader reader(data);
        const std::uint8_t format = reader.u8();
        const KeyId id{std::string(reader.text())};
        const std::string_view commitment = reader.bytes(commitment_bytes);
        if (!reader.ok() || format != data_format) {
            return fail(
                ErrorCode::corrupt, "data of stream " + owner.stream.text() + " is not sealed"
            );
        }
        SAMVEV_TRY(const SealingKeyPtr key, keys_.key_to_open(owner, id));
        if (key == nullptr) {
            return std::nullopt;
        }
        SAMVEV_TRY(
            std::string text, key->open(context, reader.rest(), commitment, keys_.dictionaries())
        );
        return text;
    }

    KeyStore& keys_;
    RandomSource& random_;
};

}  // namespace

Result<std::monostate> erase_stream(const EventLog& log, KeyStore& keys, const Erasure& erasure) {
    // A key whose assignment the machine lost is known from the envelopes only; what was committed
    // while the fence went up is looked for afterwards.
    Erasure named = erasure;
    SAMVEV_TRY(const Revision next, add_named_keys(log, named, Revision(0)));
    SAMVEV_CHECK_OK(keys.erase(named));
    const std::size_t before = named.keys.size();
    SAMVEV_CHECK_OK(add_named_keys(log, named, next));
    return named.keys.size() == before ? Result<std::monostate>(std::monostate())
                                       : keys.erase(named);
}

std::unique_ptr<PayloadSeal> make_payload_seal(KeyStore& keys, RandomSource& random) {
    return std::make_unique<StreamSeal>(keys, random);
}

}  // namespace samvev::store
