#include <algorithm>
#include <map>
#include <samvev/json.hpp>

#include "base/calendar_text.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "dispatch/access_log/log_pages.hpp"
#include "dispatch/access_log/patterns.hpp"
#include "dispatch/access_log/records_about.hpp"
#include "dispatch/access_log/rows.hpp"
#include "dispatch/gate/refusal.hpp"
#include "dispatch/methods/methods.hpp"
#include "dispatch/role_check.hpp"

namespace samvev::dispatch {
namespace {

constexpr const char* text_schema = R"({"type":"string"})";
constexpr const char* uuid_schema = R"({"type":"string","format":"uuid"})";
constexpr std::string_view page_schema =
    R"({"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"type":"object","required":["at","actor","kind"]}},"nextCursor":{"type":"string"}}})";
constexpr std::string_view patterns_schema =
    R"({"type":"object","required":["patterns"],"properties":{"patterns":{"type":"array","items":{"type":"object","required":["pattern","actor","count","first","last"]}},"truncated":{"type":"boolean"}}})";
constexpr std::chrono::days patterns_period{7};  // When nothing else is asked for.
const std::vector<std::string> overseers{"auditor", "privacy-officer"};

using Wanted = std::function<bool(const AccessEntry&)>;

// What all three take.
struct Asked {
    json params;
    std::string method;
    AccessPageQuery query;

    [[nodiscard]] std::string text(const char* name) const {
        const json value = params.value(name, json());
        return value.is_string() ? value.get<std::string>() : std::string();
    }
};

Error wrong(const std::string& method, const char* what) {
    return {ErrorCode::invalid_argument, method + ": " + what};
}

Result<std::monostate> check_names(const Asked& asked, std::span<const std::string_view> known) {
    for (const auto& [name, value] : asked.params.items()) {
        if (std::ranges::find(known, name) == known.end()) {
            return fail(
                ErrorCode::invalid_argument, asked.method + " has no parameter '" + name + "'."
            );
        }
        const bool is_id = name == "personId" || name == "caseId" || name == "staffId";
        if (is_id && !base::Uuid::parse(asked.text(name.c_str()))) {
            return fail(
                ErrorCode::invalid_argument, asked.method + ": " + name + " is not a UUID."
            );
        }
    }
    return std::monostate{};
}

Result<Asked> parse(
    const QueryParts& parts, const Request& request, std::span<const std::string_view> known
) {
    Asked out{json::parse(request.params, nullptr, false), request.method, {}};
    if (!out.params.is_object()) {
        return tl::unexpected<Error>(wrong(out.method, "params is not an object."));
    }
    SAMVEV_CHECK_OK(check_names(out, known));
    out.query.tenant = store::TenantId(request.actor->tenant);
    for (const auto& [name, to] :
         {std::pair("from", &out.query.from), std::pair("to", &out.query.to)}) {
        if (out.params.contains(name)) {
            *to = base::parse_timestamp(out.text(name));
            if (!*to) {
                return tl::unexpected<Error>(wrong(out.method, "from and to are RFC 3339 times."));
            }
        }
    }
    const json limit = out.params.value("limit", json(limits::list_page_default));
    if (!limit.is_number_integer() || limit.get<std::int64_t>() < 1 ||
        limit.get<std::int64_t>() > static_cast<std::int64_t>(limits::list_page_max)) {
        return tl::unexpected<Error>(wrong(out.method, "limit is an integer from 1 to 200."));
    }
    out.query.limit = limit.get<std::size_t>();
    if (out.params.contains("cursor")) {
        const store::LogId log{out.query.tenant, store::LogKind::access};
        SAMVEV_TRY(
            out.query.before,
            parts.tokens.read(log.tenant, parts.log.head(log).epoch, out.text("cursor"))
        );
    }
    return out;
}

template <typename Row>
std::string page_text(
    const QueryParts& parts, const Asked& asked, const AccessPage& page, const Row& row
) {
    json items = json::array();
    for (const AccessEntry& entry : page.entries) {
        items.push_back(row(entry));
    }
    json out{{"items", std::move(items)}};
    if (page.before) {
        const store::LogId log{asked.query.tenant, store::LogKind::access};
        out["nextCursor"] = parts.tokens.make(log.tenant, parts.log.head(log).epoch, *page.before);
    }
    return out.dump();
}

Result<std::string> own_page(const QueryParts& parts, const Request& request, Reader& reader) {
    static constexpr std::array<std::string_view, 6> names{"personId", "from",   "to",
                                                           "limit",    "cursor", "meta"};
    SAMVEV_TRY(Asked asked, parse(parts, request, names));
    const bool is_person = request.actor->kind == access::Actor::Kind::person;
    const access::Id person = asked.params.contains("personId") ? asked.text("personId")
                              : is_person                       ? request.actor->id
                                                                : std::string();
    const store::StreamId stream = stream_of("person", person);
    if (!is_person || !reader.reads_log_of(stream)) {
        return tl::unexpected<Error>(not_visible("The access log of " + stream.text()));
    }
    const RecordsAbout about = records_about(reader, person);
    asked.query.wanted = [&](const AccessEntry& entry) { return about.has(entry); };
    SAMVEV_TRY(const AccessPage page, read_access_streams(parts.log, asked.query, about.streams));
    const bool own = person == request.actor->id;
    return page_text(parts, asked, page, [&](const AccessEntry& entry) {
        json row = row_for_person(entry);
        if (own && !about.by_name_only.contains(entry.record.stream)) {
            row["stream"] = entry.record.stream.text();
            row["topics"] = entry.record.topics;
        }
        return row;
    });
}

// --- oversight ------------------------------------------------------------------------------

// Whether the caller oversees access at all; on record.
Result<std::monostate> check_oversight(Reader& reader, const Request& request) {
    if (!request.actor->has_any_role(overseers)) {
        return tl::unexpected<Error>(role_missing(request.method, overseers));
    }
    if (!reader.may_read_log_of(nobodys_stream())) {
        return fail(
            ErrorCode::denied,
            "The access log is for auditors (purpose audit) and privacy officers (purpose privacy)."
        );
    }
    return std::monostate{};
}

// Records of streams that the caller may not look into (their own, their family's) are left out.
Wanted permitted(const Reader& reader, Wanted wanted) {
    auto decided = std::make_shared<std::map<store::StreamId, bool>>();
    return [&reader, decided, wanted = std::move(wanted)](const AccessEntry& entry) {
        if (!wanted(entry)) {
            return false;
        }
        const auto [place, is_new] = decided->try_emplace(entry.record.stream);
        if (is_new) {
            place->second = reader.may_read_log_of(entry.record.stream);
        }
        return place->second;
    };
}

Result<std::string> list_page(const QueryParts& parts, const Request& request, Reader& reader) {
    static constexpr std::array<std::string_view, 10> names{"staffId", "personId", "caseId",
                                                            "kind",    "from",     "to",
                                                            "limit",   "cursor",   "purpose",
                                                            "meta"};
    SAMVEV_CHECK_OK(check_oversight(reader, request));
    SAMVEV_TRY(Asked asked, parse(parts, request, names));
    const std::string kind = asked.text("kind");
    const std::string actor =
        asked.params.contains("staffId") ? "staff/" + asked.text("staffId") : std::string();
    const bool by_person = asked.params.contains("personId");
    const bool by_case = asked.params.contains("caseId");
    const store::StreamId target = by_case     ? stream_of("case", asked.text("caseId"))
                                   : by_person ? stream_of("person", asked.text("personId"))
                                               : nobodys_stream();
    if (!reader.reads_log_of(target)) {
        return tl::unexpected<Error>(not_visible("The access log of " + target.text()));
    }
    RecordsAbout about = by_person ? records_about(reader, asked.text("personId")) : RecordsAbout{};
    if (by_case) {
        about.streams = {target};
        about.by_name_only = by_person ? std::set{target} : std::set<store::StreamId>();
    }
    asked.query.wanted = permitted(reader, [&](const AccessEntry& entry) {
        return (actor.empty() || entry.actor == actor) &&
               (kind.empty() || to_text(entry.record.kind) == kind) && about.has(entry);
    });
    SAMVEV_TRY(
        const AccessPage page, by_person || by_case
                                   ? read_access_streams(parts.log, asked.query, about.streams)
                                   : read_access_log(parts.log, asked.query)
    );
    return page_text(parts, asked, page, row_for_overseer);
}

json pattern_row(const AccessPattern& pattern) {
    json streams = json::array();
    for (const store::StreamId& stream : pattern.streams) {
        streams.push_back(stream.text());
    }
    return {
        {"pattern", to_text(pattern.kind)},
        {"actor", pattern.actor},
        {"count", pattern.count},
        {"first", base::to_text(pattern.first)},
        {"last", base::to_text(pattern.last)},
        {"streams", std::move(streams)}
    };
}

Result<std::string> patterns(const QueryParts& parts, const Request& request, Reader& reader) {
    static constexpr std::array<std::string_view, 4> names{"from", "to", "purpose", "meta"};
    SAMVEV_CHECK_OK(check_oversight(reader, request));
    SAMVEV_TRY(Asked asked, parse(parts, request, names));
    if (!asked.query.from) {
        asked.query.from = asked.query.to.value_or(reader.now()) - patterns_period;
    }
    const Wanted wanted = permitted(reader, [](const AccessEntry&) { return true; });
    const access::Facts none;
    AccessPatterns found(reader.facts() == nullptr ? none : *reader.facts(), parts.lookups_per_day);
    SAMVEV_TRY(
        const bool more, visit_access_log(
                             parts.log, asked.query, limits::access_pattern_rows_max,
                             [&](const AccessEntry& entry) {
                                 if (wanted(entry)) {
                                     found.take(entry);
                                 }
                                 return store::Visit::more;
                             }
                         )
    );
    if (!reader.reads_log_of(nobodys_stream())) {
        return tl::unexpected<Error>(not_visible("The access log"));
    }
    const std::vector<AccessPattern> all = found.found();
    json rows = json::array();
    for (const AccessPattern& pattern : all) {
        if (rows.size() < limits::access_patterns_max) {
            rows.push_back(pattern_row(pattern));
        }
    }
    json out{{"patterns", std::move(rows)}};
    if (more || all.size() > limits::access_patterns_max) {
        out["truncated"] = true;
    }
    return out.dump();
}

using Ask = Result<std::string> (*)(const QueryParts&, const Request&, Reader&);

QueryFunction asking(const QueryParts& parts, Ask ask) {
    return [parts, ask](const Request& request, AnswerCompletion done) {
        const json params = json::parse(request.params, nullptr, false);
        const json purpose = params.is_object() ? params.value("purpose", json()) : json();
        Result<Reader> reader = parts.gate.reader(
            *request.actor, purpose.is_string() ? purpose.get<std::string>() : std::string()
        );
        if (!reader) {
            done({tl::unexpected<Error>(std::move(reader.error()))});
            return;
        }
        Answer answer{ask(parts, request, *reader)};
        answer.reading = reader->take_reading();
        done(std::move(answer));
    };
}

std::vector<MethodDescription::Parameter> with_period(
    std::vector<MethodDescription::Parameter> parameters
) {
    parameters.push_back({"from", false, text_schema, "Not before this RFC 3339 time."});
    parameters.push_back({"to", false, text_schema, "Before this RFC 3339 time."});
    return parameters;
}

std::vector<MethodDescription::Parameter> with_pages(
    std::vector<MethodDescription::Parameter> parameters
) {
    parameters = with_period(std::move(parameters));
    parameters.push_back(
        {"limit", false, R"({"type":"integer","minimum":1,"maximum":200})", "Default 50."}
    );
    parameters.push_back({"cursor", false, text_schema, "nextCursor of the page before."});
    return parameters;
}

}  // namespace

std::vector<QueryMethod> access_log_methods(const QueryParts& parts) {
    QueryMethod own;
    own.description.name = "me.access-log";
    own.description.summary =
        "Who has read about you, or about your child under 12: who, when, in which role, for what; "
        "also those who were refused. Newest first.";
    own.description.parameters =
        with_pages({{"personId", false, uuid_schema, "Your child; default yourself."}});
    own.description.result_schema = page_schema;
    own.run = asking(parts, own_page);

    QueryMethod list;
    list.description.name = "access-log.list";
    list.description.summary =
        "Who was shown what, newest first; for auditors and privacy officers. Never what it said. "
        "A "
        "page may be short, or empty, and still have a nextCursor.";
    list.description.roles = overseers;
    list.description.parameters = with_pages({
        {"staffId", false, uuid_schema, "Who read."},
        {"personId", false, uuid_schema, "About whom."},
        {"caseId", false, uuid_schema, "In which case."},
        {"kind", false,
         R"({"type":"string","enum":["read","search","oversight","disclosure","emergency","refusal"]})",
         "Default all."},
    });
    list.description.result_schema = page_schema;
    list.run = asking(parts, list_page);

    QueryMethod patterns_method;
    patterns_method.description.name = "access-log.patterns";
    patterns_method.description.summary =
        "What stands out among the reads of a period (default seven days): own family, protected "
        "persons, emergencies, searches for no unit, unusually many. For auditors and privacy "
        "officers.";
    patterns_method.description.roles = overseers;
    patterns_method.description.parameters = with_period({});
    patterns_method.description.result_schema = patterns_schema;
    patterns_method.run = asking(parts, patterns);

    std::vector<QueryMethod> out;
    out.push_back(std::move(own));
    out.push_back(std::move(list));
    out.push_back(std::move(patterns_method));
    return out;
}

}  // namespace samvev::dispatch
