#include <algorithm>
#include <samvev/json.hpp>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "dispatch/gate/refusal.hpp"
#include "dispatch/methods/methods.hpp"
#include "subscriptions/hub.hpp"

namespace samvev::dispatch {
namespace {

struct StreamRead {
    store::StreamId stream;
    store::Revision from;
    std::size_t limit = limits::list_page_default;
    std::string topic{};  // or empty: whatever the caller may see
};

Result<StreamRead> parse(const Request& request) {
    const json params = json::parse(request.params, nullptr, false);
    const json stream = params.is_object() ? params.value("stream", json()) : json();
    const auto id = stream.is_string()
                        ? store::StreamId::parse(stream.get_ref<const std::string&>())
                        : std::nullopt;
    if (!id) {
        return fail(
            ErrorCode::invalid_argument,
            "stream.read: stream is required, a text like \"case/<uuid>\"."
        );
    }
    StreamRead out{*id, store::Revision(0)};
    const json from = params.value("from", json("0"));
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!from.is_string() || from.get_ref<const std::string&>().empty() ||
        from.get_ref<const std::string&>().size() > 18 ||
        !std::all_of(
            from.get_ref<const std::string&>().begin(), from.get_ref<const std::string&>().end(),
            is_digit
        )) {
        return fail(
            ErrorCode::invalid_argument, "stream.read: from is a revision as decimal text."
        );
    }
    out.from = store::Revision(std::stoull(from.get<std::string>()));
    const json limit = params.value("limit", json(limits::list_page_default));
    if (!limit.is_number_integer() || limit.get<std::int64_t>() < 1 ||
        limit.get<std::int64_t>() > static_cast<std::int64_t>(limits::list_page_max)) {
        return fail(
            ErrorCode::invalid_argument, "stream.read: limit is an integer from 1 to " +
                                             std::to_string(limits::list_page_max) + "."
        );
    }
    out.limit = limit.get<std::size_t>();
    if (params.contains("topic")) {
        if (!params["topic"].is_string() || params["topic"].get_ref<const std::string&>().empty()) {
            return fail(
                ErrorCode::invalid_argument, "stream.read: topic is a text like \"health\"."
            );
        }
        out.topic = params["topic"].get<std::string>();
    }
    return out;
}

// Whether the stream is there at all for the reader; if not, why is on record.
Result<bool> sees_any(const QueryParts& parts, Reader& reader, const store::StreamId& stream) {
    bool sees = false;
    SAMVEV_CHECK_OK(parts.log.scan_stream(
        {store::TenantId(reader.actor().tenant), store::LogKind::domain}, stream,
        store::Revision(0), SIZE_MAX,
        [&](const store::EventView& event) {
            const Sight& sight = reader.sight(event);
            sees = sight.visible;
            if (!sees) {
                reader.refuses(stream, sight);
            }
            return sees ? store::Visit::stop : store::Visit::more;
        }
    ));
    return sees;
}

Result<std::string> read(const QueryParts& parts, const Request& request, Reader& reader) {
    SAMVEV_TRY(const StreamRead asked, parse(request));
    const store::LogId log{store::TenantId(request.actor->tenant), store::LogKind::domain};
    const std::uint64_t epoch = parts.log.head(log).epoch;
    if (const Sight& known = reader.existence(asked.stream); !known.visible) {
        reader.refuses(asked.stream, known);
        return tl::unexpected<Error>(not_visible(asked.stream.text()));
    }
    if (!asked.topic.empty()) {
        // Who asks for a whole topic is told when it is closed, and not shown a part as if it were
        // all there is.
        SAMVEV_CHECK_OK(reader.may_read_topic(asked.stream, asked.topic, "stream.read"));
    }
    std::string events = "[";
    std::uint64_t next = asked.from.value();
    auto scanned = parts.log.scan_stream(
        log, asked.stream, asked.from, asked.limit,
        [&](const store::EventView& event) {
            const Sight& sight = reader.sight(event);
            const bool is_asked = asked.topic.empty() || event.topic == asked.topic;
            if (!sight.visible || !is_asked) {
                next = event.revision.value() + 1;
                return store::Visit::more;
            }
            std::string storage;
            const std::string position =
                base::JsonObject()
                    .text("position", parts.tokens.make(log.tenant, epoch, event.position))
                    .take();
            const std::string text = subscriptions::cloud_event(
                log.tenant, parts.gate.redact(event, sight, storage),
                std::string_view(position).substr(1, position.size() - 2)
            );
            if (events.size() + text.size() > limits::page_bytes_max && events.size() > 1) {
                return store::Visit::stop;
            }
            events += (events.size() > 1 ? "," : "") + text;
            reader.shows(event, sight);
            next = event.revision.value() + 1;
            return store::Visit::more;
        }
    );
    if (!scanned) {
        return tl::unexpected<Error>(
            scanned.error().code == ErrorCode::not_found ? not_visible(asked.stream.text())
                                                         : std::move(scanned.error())
        );
    }
    if (events.size() == 1 && asked.topic.empty()) {
        SAMVEV_TRY(const bool sees, sees_any(parts, reader, asked.stream));
        if (!sees) {
            return tl::unexpected<Error>(not_visible(asked.stream.text()));
        }
    }
    return base::JsonObject().raw("events", events + "]").text("next", std::to_string(next)).take();
}

}  // namespace

std::vector<QueryMethod> stream_methods(const QueryParts& parts) {
    QueryMethod method;
    method.description.name = "stream.read";
    method.description.summary = "The history of one thing as CloudEvents, from a revision on.";
    method.description.parameters = {
        {"stream", true, R"({"type":"string"})", "kind/uuid, e.g. a case."},
        {"from", false, R"({"type":"string"})", "First revision, decimal text; default \"0\"."},
        {"topic", false, R"({"type":"string"})",
         "Only this topic, and all of it: 40303 where it takes an emergency, 40401 where it is "
         "closed."},
        {"limit", false, R"({"type":"integer","minimum":1,"maximum":200})", "Default 50."}
    };
    method.description.result_schema =
        R"({"type":"object","required":["events","next"],"properties":{"events":{"type":"array","items":{"type":"object"}},"next":{"type":"string"}}})";
    method.run = [parts](const Request& request, AnswerCompletion done) {
        Result<Reader> reader = parts.gate.reader(*request.actor);
        if (!reader) {
            done({tl::unexpected<Error>(std::move(reader.error()))});
            return;
        }
        Answer answer{read(parts, request, *reader)};
        answer.reading = reader->take_reading();
        done(std::move(answer));
    };
    std::vector<QueryMethod> out;
    out.push_back(std::move(method));
    return out;
}

}  // namespace samvev::dispatch
