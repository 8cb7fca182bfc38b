#include <samvev/json.hpp>

#include "base/json_text.hpp"
#include "dispatch/methods/methods.hpp"

namespace samvev::dispatch {
namespace {

constexpr std::string_view result_schema =
    R"({"type":"object","required":["allowed","rule","redacted","considered"],"properties":{"allowed":{"type":"boolean"},"rule":{"type":"string"},"redacted":{"type":"array","items":{"type":"string"}},"considered":{"type":"array","items":{"type":"object","required":["rule","source"]}}}})";

std::string_view to_text(access::FieldGroup group) {
    switch (group) {
        case access::FieldGroup::text:
            return "text";
        case access::FieldGroup::identifiers:
            return "identifiers";
        case access::FieldGroup::address:
            return "address";
        case access::FieldGroup::contact:
            return "contact";
        case access::FieldGroup::location:
            return "location";
    }
    return "";
}

std::optional<access::Actor> actor_named(const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string kind = text.substr(0, slash);
    const auto id =
        slash == std::string::npos ? std::nullopt : base::Uuid::parse(text.substr(slash + 1));
    if (!id || (kind != "staff" && kind != "person")) {
        return std::nullopt;
    }
    access::Actor actor;
    actor.kind = kind == "staff" ? access::Actor::Kind::staff : access::Actor::Kind::person;
    actor.id = id->text();
    actor.assurance = access::Assurance::high;
    return actor;
}

std::optional<access::Confidentiality> confidentiality_named(const std::string& text) {
    using enum access::Confidentiality;
    for (const auto& [name, value] :
         {std::pair{"open", open}, std::pair{"internal", internal},
          std::pair{"restricted", restricted}, std::pair{"strict", strict}}) {
        if (text == name) {
            return value;
        }
    }
    return std::nullopt;
}

Result<Gate::Question> parse(const Request& request) {
    const json params = json::parse(request.params, nullptr, false);
    const auto text = [&](const char* name, const char* fallback) {
        const json value = params.is_object() ? params.value(name, json(fallback)) : json();
        return value.is_string() ? value.get<std::string>() : std::string();
    };
    const auto stream = store::StreamId::parse(text("stream", ""));
    auto who = actor_named(text("actor", ""));
    const auto confidentiality = confidentiality_named(text("confidentiality", "internal"));
    if (!stream || !who || !confidentiality) {
        return fail(
            ErrorCode::invalid_argument,
            "authz.explain takes a stream like \"case/<uuid>\", an actor like \"staff/<uuid>\" or "
            "\"person/<uuid>\", and a confidentiality of open, internal, restricted or strict."
        );
    }
    who->purpose = text("purpose", "coordination");
    Gate::Question question{std::move(*who), *stream, {}};
    question.item.topic = text("topic", "coordination");
    question.item.confidentiality = *confidentiality;
    question.item.owner_unit = text("ownerUnit", "");
    return question;
}

std::string as_text(const access::Explanation& explained) {
    json considered = json::array();
    for (const access::Considered& one : explained.considered) {
        considered.push_back({{"rule", one.rule}, {"source", one.source}});
    }
    json redacted = json::array();
    for (const access::FieldGroup group : explained.decision.redacted) {
        redacted.push_back(to_text(group));
    }
    return json{
        {"allowed", explained.decision.allowed},
        {"rule", explained.decision.rule},
        {"redacted", std::move(redacted)},
        {"considered", std::move(considered)}
    }.dump();
}

// Whoever is told whether somebody may see a case learns that there is one: on record as read.
Answer explain(const QueryParts& parts, const Request& request) {
    const Result<Gate::Question> question = parse(request);
    if (!question) {
        return {tl::unexpected<Error>(question.error())};
    }
    const Result<Gate::Explained> explained = parts.gate.explain(*request.actor, *question);
    if (!explained) {
        return {tl::unexpected<Error>(explained.error())};
    }
    Answer answer{as_text(explained->explanation)};
    answer.reading.reader = *request.actor;
    answer.reading.show(question->stream.text(), explained->ground);
    return answer;
}

}  // namespace

std::vector<QueryMethod> authz_methods(const QueryParts& parts) {
    constexpr const char* text_schema = R"({"type":"string"})";
    QueryMethod method;
    method.description.name = "authz.explain";
    method.description.summary =
        "Why somebody may or may not read something: the rule that decides and those asked before. "
        "For auditors and privacy officers.";
    method.description.roles = {"auditor", "privacy-officer"};
    method.description.parameters = {
        {"stream", true, text_schema, "kind/uuid, e.g. a case."},
        {"actor", true, text_schema, "Whose access: staff/uuid or person/uuid."},
        {"topic", false, text_schema, "Of the item; default coordination."},
        {"confidentiality", false,
         R"({"type":"string","enum":["open","internal","restricted","strict"]})",
         "Of the item; default internal."},
        {"ownerUnit", false, text_schema, "UUID of the unit the item belongs to."},
        {"purpose", false, text_schema, "Default coordination."}
    };
    method.description.result_schema = result_schema;
    method.run = [parts](const Request& request, AnswerCompletion done) {
        done(explain(parts, request));
    };
    std::vector<QueryMethod> out;
    out.push_back(std::move(method));
    return out;
}

}  // namespace samvev::dispatch
