#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "access/policy.hpp"

// The access policy for other programs: reads situations {facts, request, now}, one JSON object a
// line, and answers each with a line {allowed, rule, denial, redacted, log, basis, notified}.
// What a situation does not say has the value that the structs begin with.
namespace {

using namespace samvev::access;  // NOLINT(google-build-using-namespace): one program, one subject.
using Json = nlohmann::json;
using samvev::base::parse_date;
using samvev::base::parse_timestamp;

template <typename Value>
void take(const Json& from, const char* name, Value& to) {
    if (from.contains(name)) {
        from.at(name).get_to(to);
    }
}

template <typename Enum>
void take(const Json& from, const char* name, const std::map<std::string, Enum>& words, Enum& to) {
    if (from.contains(name)) {
        to = words.at(from.at(name).get<std::string>());
    }
}

template <typename Change>
void each(const Json& from, const char* name, Change change) {
    if (from.contains(name)) {
        for (const auto& [key, value] : from.at(name).items()) {
            change(key, value);
        }
    }
}

std::optional<samvev::base::Date> day_in(const Json& from, const char* name) {
    return from.contains(name) ? parse_date(from.at(name).get<std::string>()) : std::nullopt;
}
Period period_in(const Json& from) {
    return {.from = day_in(from, "from"), .until = day_in(from, "until")};
}
Post post_in(const Json& from) {
    Post post;
    take(from, "staff", post.staff);
    take(from, "unit", post.unit);
    return post;
}

void add_units(const Json& from, Facts& facts) {
    each(from, "units", [&](const std::string& id, const Json& one) {
        UnitFacts unit;
        take(one, "leader", unit.leader);
        take(one, "external", unit.external);
        take(one, "hidden", unit.hidden);
        facts.units.set(id, unit);
    });
}

void add_staff(const Json& from, Facts& facts) {
    each(from, "staff", [&](const std::string& id, const Json& one) {
        StaffFacts staff;
        take(one, "person", staff.person);
        take(one, "homeUnit", staff.home_unit);
        take(one, "signed", staff.has_signed_declaration);
        each(one, "assignments", [&](const std::string& key, const Json& value) {
            Assignment& assignment = staff.assignments[key];
            take(value, "role", assignment.role);
            take(value, "unit", assignment.unit);
            take(value, "ended", assignment.ended);
            assignment.period = period_in(value);
        });
        each(one, "standsInFor", [&](const std::string&, const Json& value) {
            staff.stands_in_for.push_back(
                {.absent = value.at("absent").get<Id>(), .period = period_in(value)}
            );
        });
        facts.staff.set(id, staff);
    });
}

Participation participation_in(const Json& from) {
    Participation out;
    take(
        from, "phase",
        {{"invited", Participation::Phase::invited},
         {"active", Participation::Phase::active},
         {"ended", Participation::Phase::ended}},
        out.phase
    );
    out.post = post_in(from);
    take(from, "person", out.person);
    take(from, "topics", out.topics);
    out.period = period_in(from);
    return out;
}

Release release_in(const Json& from) {
    Release out;
    take(
        from, "ground",
        {{"consent", Release::Ground::consent}, {"statute", Release::Ground::statute}}, out.ground
    );
    take(from, "topics", out.topics);
    take(from, "recipientUnits", out.recipient_units);
    take(from, "everyUnit", out.every_unit);
    take(from, "sourceUnits", out.source_units);
    take(from, "excludedTopics", out.excluded_topics);
    take(from, "excludedUnits", out.excluded_units);
    take(from, "withdrawn", out.withdrawn);
    take(from, "paragraph", out.paragraph);
    out.period = period_in(from);
    return out;
}

EmergencyGrant emergency_in(const Json& from) {
    EmergencyGrant out;
    out.post = post_in(from);
    out.from = parse_timestamp(from.at("from").get<std::string>()).value();
    out.until = parse_timestamp(from.at("until").get<std::string>()).value();
    take(from, "reason", out.reason_code);
    return out;
}

Invitation invitation_in(const Json& from) {
    Invitation out;
    take(
        from, "phase",
        {{"open", Invitation::Phase::open},
         {"redeemed", Invitation::Phase::redeemed},
         {"over", Invitation::Phase::over}},
        out.phase
    );
    take(from, "person", out.person);
    out.ends_at = parse_timestamp(from.at("until").get<std::string>()).value();
    return out;
}

void add_cases(const Json& from, Facts& facts) {
    each(from, "cases", [&](const std::string& id, const Json& one) {
        CaseFacts out;
        take(one, "person", out.person);
        const auto post = [&](const char* name, std::optional<Post>& to) {
            to = one.contains(name) ? std::optional(post_in(one.at(name))) : std::nullopt;
        };
        post("coordinator", out.coordinator);
        post("concernOwner", out.concern_owner);
        post("offeredTo", out.offered_to);
        each(one, "escalatedTo", [&](const std::string&, const Json& value) {
            out.escalated_to.push_back(post_in(value));
        });
        each(one, "participations", [&](const std::string& key, const Json& value) {
            out.participations[key] = participation_in(value);
        });
        each(one, "releases", [&](const std::string& key, const Json& value) {
            out.releases[key] = release_in(value);
        });
        each(one, "emergencies", [&](const std::string& key, const Json& value) {
            out.emergencies[key] = emergency_in(value);
        });
        each(one, "invitations", [&](const std::string& key, const Json& value) {
            out.invitations[key] = invitation_in(value);
        });
        facts.cases.set(id, out);
    });
}

void add_persons(const Json& from, Facts& facts) {
    each(from, "persons", [&](const std::string& id, const Json& one) {
        PersonFacts out;
        out.birth_date = day_in(one, "birth");
        take(
            one, "protection",
            {{"none", Protection::none},
             {"client", Protection::client},
             {"confidential", Protection::confidential},
             {"strictly_confidential", Protection::strictly_confidential}},
            out.protection
        );
        const auto periods = [&](const char* name, std::map<Id, Period>& to) {
            each(one, name, [&](const std::string& key, const Json& value) {
                to[key] = period_in(value);
            });
        };
        periods("guardians", out.guardians);
        periods("restrictions", out.contact_restrictions);
        periods("blocks", out.blocks);
        each(one, "proxies", [&](const std::string& key, const Json& value) {
            take(value, "topics", out.proxies[key].topics);
            out.proxies[key].period = period_in(value);
        });
        take(one, "careUnit", out.care_unit);
        take(one, "cases", out.cases);
        facts.persons.set(id, out);
    });
}

Facts facts_in(const Json& from) {
    Facts facts;
    take(from, "tenant", facts.tenant);
    take(from, "declarationRequired", facts.declaration_required);
    add_units(from, facts);
    add_staff(from, facts);
    add_cases(from, facts);
    add_persons(from, facts);
    each(from, "services", [&](const std::string& id, const Json& one) {
        ServiceFacts service;
        take(one, "topics", service.topics);
        take(one, "writes", service.writes);
        take(one, "actsAlone", service.acts_alone);
        service.period = period_in(one);
        facts.services.set(id, service);
    });
    return facts;
}

Item item_in(const Json& from) {
    Item item;
    take(from, "topic", item.topic);
    take(
        from, "confidentiality",
        {{"open", Confidentiality::open},
         {"internal", Confidentiality::internal},
         {"restricted", Confidentiality::restricted},
         {"strict", Confidentiality::strict}},
        item.confidentiality
    );
    take(from, "ownerUnit", item.owner_unit);
    take(from, "subjects", item.subjects);
    take(from, "audience", item.audience);
    take(from, "withheldFrom", item.withheld_from);
    take(from, "givesConsentFor", item.gives_consent_for);
    return item;
}

Resource resource_in(const Json& from) {
    Resource out;
    take(
        from, "kind",
        {{"case", Resource::Kind::case_},
         {"person", Resource::Kind::person},
         {"item", Resource::Kind::item},
         {"unit", Resource::Kind::unit},
         {"access_log", Resource::Kind::access_log},
         {"consultation", Resource::Kind::consultation},
         {"emergency", Resource::Kind::emergency},
         {"erasure", Resource::Kind::erasure}},
        out.kind
    );
    take(from, "tenant", out.tenant);
    take(from, "caseId", out.case_id);
    take(from, "personId", out.person_id);
    take(from, "unitId", out.unit_id);
    take(from, "grantId", out.grant_id);
    take(from, "staffId", out.staff_id);
    take(from, "declares", out.declares);
    take(from, "wholeTopic", out.whole_topic);
    out.item = from.contains("item") ? item_in(from.at("item")) : Item{};
    return out;
}

Actor actor_in(const Json& from) {
    Actor actor;
    take(
        from, "kind",
        {{"staff", Actor::Kind::staff},
         {"person", Actor::Kind::person},
         {"service", Actor::Kind::service},
         {"system", Actor::Kind::system}},
        actor.kind
    );
    take(from, "tenant", actor.tenant);
    take(from, "id", actor.id);
    take(from, "roles", actor.roles);
    take(from, "onBehalfOf", actor.on_behalf_of);
    take(from, "purpose", actor.purpose);
    take(from, "invitation", actor.invitation);
    take(from, "invitedTo", actor.invited_to);
    return actor;
}

Request request_in(const Json& from) {
    Request out;
    const std::map<std::string, Assurance> levels{
        {"none", Assurance::none},
        {"low", Assurance::low},
        {"substantial", Assurance::substantial},
        {"high", Assurance::high}
    };
    take(from, "loginNeeded", levels, out.login_needed);
    take(
        from, "action",
        {{"read", Action::read},
         {"list", Action::list},
         {"search", Action::search},
         {"write", Action::write},
         {"explain", Action::explain}},
        out.action
    );
    out.actor = actor_in(from.at("actor"));
    out.actor.assurance = Assurance::high;
    take(from, "login", levels, out.actor.assurance);
    out.resource = resource_in(from.at("resource"));
    return out;
}

Json answer_to(const Json& situation) {
    const auto now = parse_timestamp(situation.at("now").get<std::string>()).value();
    const Decision decision =
        decide(request_in(situation.at("request")), facts_in(situation.at("facts")), now);
    const std::vector<std::string> fields{"text", "identifiers", "address", "contact", "location"};
    const std::vector<std::string> logs{"none",  "read",       "search",
                                        "audit", "disclosure", "emergency"};
    Json redacted = Json::array();
    for (const FieldGroup field : decision.redacted) {
        redacted.push_back(fields.at(static_cast<std::size_t>(field)));
    }
    return {
        {"allowed", decision.allowed},
        {"rule", decision.rule},
        {"denial", static_cast<int>(decision.denial)},
        {"redacted", redacted},
        {"log", logs.at(static_cast<std::size_t>(decision.log))},
        {"basis", decision.basis},
        {"notified", decision.notified.size()}
    };
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << answer_to(Json::parse(line)).dump() << std::endl;
    }
    return 0;
}
