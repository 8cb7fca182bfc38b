#include "base/assert.hpp"
#include "base/limits.hpp"
#include "target.hpp"
#include "wire/credentials.hpp"
#include "wire/frame.hpp"
#include "wire/json_slices.hpp"
#include "wire/subscribe_params.hpp"
#include "wire/trace.hpp"

// Frames from clients: JSON, the JSON-RPC envelope, and the parameters that wire itself reads.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    return {
        R"({"jsonrpc":"2.0","id":1,"method":"case.open-case","params":{"caseId":"x","level":2}})",
        R"([{"jsonrpc":"2.0","id":"a","method":"events.subscribe","params":{"filter":{"cases":)"
        R"(["018f6b3c-0000-7000-8000-000000000001"],"streams":["case/018f6b3c-0000-7000-8000-)"
        R"(000000000001"],"types":["case.*"]},"from":"start","include":"events","meta":{}}},)"
        R"({"jsonrpc":"2.0","method":"events.unsubscribe","params":["s_1"]}])",
        R"({"jsonrpc":"2.0","id":2,"method":"session.authenticate","params":{"token":"a.b.c",)"
        R"("purpose":"coordination","dpop":"d.e.f","meta":{"traceparent":)"
        R"("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}})",
        R"({"jsonrpc":"2.0","id":null,"method":"rpc.login","params":[{"token":"\u00e5\ud83d\ude00"}]})",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
}

namespace {

void try_entry(const wire::FrameEntry& entry) {
    SAMVEV_ASSERT(entry.kind != wire::FrameEntry::Kind::invalid || entry.error.has_value());
    if (entry.kind == wire::FrameEntry::Kind::invalid || entry.error) {
        return;
    }
    static_cast<void>(wire::read_subscribe_params(entry));
    static_cast<void>(wire::read_unsubscribe_params(entry));
    static_cast<void>(wire::read_authenticate_params(entry));
    static_cast<void>(wire::read_login_params(entry));
    if (entry.params_kind != wire::FrameEntry::Params::absent) {
        wire::JsonSlices slices(entry.params_text);
        while (const auto slice = slices.next()) {
            SAMVEV_ASSERT(!slice->empty());
        }
    }
}

}  // namespace

void try_input(std::string_view input) {
    std::string padded(input);
    padded.reserve(input.size() + simdjson::SIMDJSON_PADDING);
    wire::FrameReader reader;
    const wire::Frame& frame = reader.read(padded);
    SAMVEV_ASSERT(!frame.error || frame.entries.empty());
    SAMVEV_ASSERT(frame.entries.size() <= base::limits::batch_entries_max);
    for (const wire::FrameEntry& entry : frame.entries) {
        try_entry(entry);
    }
    if (const auto trace = wire::read_traceparent(input)) {
        SAMVEV_ASSERT(trace->is_set());
    }
}

}  // namespace samvev::fuzz
