#include "dispatch/command_answers.hpp"

#include <samvev/json.hpp>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::size_t changes_shown_max = 20;

}  // namespace

Error overloaded(const std::string& what) {
    return {
        ErrorCode::overloaded,
        what + " Send the same again, with its commandId, after retryAfterMs.",
        base::JsonObject().number("retryAfterMs", limits::retry_after.count()).take()
    };
}

std::string no_change(const Line& line, const PendingCommand& pending) {
    base::JsonObject out;
    out.text("stream", line.stream.text());
    if (*line.next_revision > 0) {
        out.text("revision", std::to_string(*line.next_revision - 1));
    }
    return out.text("commandId", pending.params.command_id.text()).boolean("changed", false).take();
}

std::string would_be_accepted(const Line& line, const PendingCommand& pending) {
    return base::JsonObject()
        .text("stream", line.stream.text())
        .text("commandId", pending.params.command_id.text())
        .boolean("changed", false)
        .boolean("valid", true)
        .take();
}

Error claim_refusal(const PendingCommand& pending, const Error& error) {
    const modules::Manifest& manifest = pending.method.module->manifest();
    std::vector<modules::Rejection> rejections;
    const json data = json::parse(error.data, nullptr, false);
    if (data.is_object() && data.contains("claims")) {
        for (const json& claim : data["claims"]) {
            const auto found = manifest.claims.find(claim.value("name", std::string()));
            if (found != manifest.claims.end()) {
                rejections.push_back({found->second, {}, {}});
            }
        }
    }
    return rejections.empty() ? error
                              : rejected_error(manifest, pending.method.type->name, rejections);
}

Error rejected_error(
    const modules::Manifest& manifest, std::string_view command,
    const std::vector<modules::Rejection>& rejections
) {
    json list = json::array();
    std::string codes;
    for (const modules::Rejection& rejection : rejections) {
        json entry = {{"code", rejection.code}};
        if (!rejection.field.empty()) {
            entry["field"] = rejection.field;
        }
        if (!rejection.params.empty()) {
            entry["params"] = json::parse(rejection.params, nullptr, false);
        }
        const auto declared = manifest.rejections.find(rejection.code);
        if (declared != manifest.rejections.end()) {
            if (!declared->second.paragraph.empty()) {
                entry["paragraph"] = declared->second.paragraph;
            }
            entry["texts"] = declared->second.texts;
        }
        codes += (codes.empty() ? "" : ", ") + rejection.code;
        list.push_back(std::move(entry));
    }
    return {
        ErrorCode::rejected, std::string(command) + " was refused: " + codes + ".",
        json{{"rejections", std::move(list)}}.dump()
    };
}

Answer stale_revision(
    const store::EventLog& log, const Gate& gate, const Line& line, const PendingCommand& pending,
    std::optional<std::uint64_t> current
) {
    const std::string& expected = *pending.params.expected_revision;
    const std::uint64_t from = expected == "none" ? 0 : std::stoull(expected) + 1;
    json changes = json::array();
    auto reader = gate.reader(*pending.actor, pending.params.purpose);
    if (!reader) {
        return {tl::unexpected<Error>(std::move(reader.error()))};
    }
    const auto scanned = log.scan_stream(
        line.log, line.stream, store::Revision(from), changes_shown_max,
        [&](const store::EventView& event) {
            const Sight& sight = reader->sight(event);
            if (!sight.visible) {
                return store::Visit::more;
            }
            reader->shows(event, sight);
            changes.push_back(
                {{"revision", std::to_string(event.revision.value())},
                 {"type", event.type},
                 {"entity", event.entity},
                 {"actor", event.actor},
                 {"recordedAt", base::to_text(event.recorded_at)}}
            );
            return store::Visit::more;
        }
    );
    const std::string actual = current ? std::to_string(*current) : "none";
    json data = {{"expectedRevision", expected}, {"currentRevision", actual}};
    if (scanned) {
        data["changes"] = std::move(changes);
    }
    Answer answer{fail(
        ErrorCode::revision_conflict,
        pending.method.type->name + ": expected revision " + expected + " of " +
            line.stream.text() + ", it is " + actual + ". Read it again and decide again.",
        data.dump()
    )};
    answer.reading = reader->take_reading();
    answer.reading.method = pending.method.type->name;
    return answer;
}

}  // namespace samvev::dispatch
