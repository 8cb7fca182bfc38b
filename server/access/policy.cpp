#include "access/policy.hpp"

#include <algorithm>

#include "access/reach.hpp"
#include "access/situation.hpp"
#include "access/terms.hpp"

// The whole policy, top to bottom: what is forbidden, what is permitted, how the rest is denied.
// The first rule whose condition holds decides. Permits stand from richest to poorest, so that one
// more fact in somebody's favour never costs them anything. What the words of the conditions mean
// stands in situation.hpp (who is asking) and reach.hpp (what is asked for).
namespace samvev::access {
namespace {

using S = const Situation&;
using Kind = Resource::Kind;
using enum FieldGroup;

struct Effect {
    Denial denial = Denial::none;  // none: a permit
    LogDuty log = LogDuty::none;
    std::vector<FieldGroup> redacted = {};
};
struct Rule {
    std::string_view id;
    std::string_view source;  // paragraph, or requirement of the design
    Effect effect;
    bool (*holds)(S);
};

const Effect invisible{Denial::invisible};
const Effect tried{Denial::invisible, LogDuty::read};  // on record when asked for by name
const Effect forbidden{Denial::forbidden};
const Effect permit{Denial::none, LogDuty::read};
const Effect permit_unlogged{Denial::none, LogDuty::none};
const Effect permit_audited{Denial::none, LogDuty::audit};
const Effect permit_metadata{Denial::none, LogDuty::read, {text, identifiers, address, contact}};
const Effect permit_outline{
    Denial::none, LogDuty::audit, {text, identifiers, address, contact, location}
};

bool fits_role(S s, std::string_view purpose) {
    const std::initializer_list<std::string_view> staff{
        "coordination", "visit", "leadership", "emergency", "audit", "privacy", "protection"
    };
    const std::initializer_list<std::string_view> person{
        "coordination", "own-case", "representation"
    };
    return std::ranges::count(s.is_person() ? person : staff, purpose) > 0;
}
bool reads(S s) {
    Request reading = s.request;
    reading.action = Action::read;
    return decide(reading, s.facts, s.now).allowed;
}
bool oversees(S s) {
    return holds_role(s, "auditor") || holds_role(s, "privacy-officer");
}
bool is_service(S s) {
    return s.request.actor.kind == Actor::Kind::service;
}

const std::vector<Rule> rules{
    // 1. Boundaries: about the call itself; they tell nothing of what is there.
    {"tenant.other", "X23", invisible,
     [](S s) {
         const std::uint32_t tenant = s.request.resource.tenant;
         return s.request.actor.tenant != tenant || s.facts.tenant != tenant;
     }},
    {"login.no-person",
     "X15",
     {Denial::no_person},
     [](S s) { return s.is_person() && s.who.id.empty(); }},
    {"login.too-weak",
     "X15",
     {Denial::stronger_login},
     [](S s) { return s.request.actor.assurance < login_needed(s); }},
    {"log.never-written", "Normen, X6", forbidden,
     [](S s) { return s.is(Kind::access_log) && s.writes(); }},
    {"system.server", "D14", permit_unlogged,
     [](S s) {
         return s.who.kind == Actor::Kind::system &&
                (s.who.has_role("system:timer") || s.who.has_role("system:reaction") ||
                 s.who.has_role("system:door"));
     }},
    {"purpose.not-for-role",
     "GDPR art. 5(1)(b)",
     {Denial::wrong_purpose},
     [](S s) { return !fits_role(s, s.who.purpose); }},
    {"staff.declaration-missing", "fvl § 13 c, X21", forbidden,
     [](S s) {
         const StaffFacts* staff = s.facts.staff.find(s.who.id);
         const bool signs =
             s.request.resource.declares && s.writes() && s.request.resource.staff_id == s.who.id;
         return s.facts.declaration_required && s.is_staff() && !signs &&
                (staff == nullptr || !staff->has_signed_declaration);
     }},
    {"explain.oversight", "X6", permit_audited,
     [](S s) { return s.request.action == Action::explain && oversees(s); }},
    {"explain.others", "X6", forbidden, [](S s) { return s.request.action == Action::explain; }},
    {"consultation.about-someone", "X11", forbidden,
     [](S s) { return s.is(Kind::consultation) && names_somebody(s); }},
    // 2. Hard forbids: no permit and no emergency lifts them.
    {"service.outside-grant", "GDPR art. 28", invisible,
     [](S s) {
         const ServiceFacts* grant = is_service(s) ? find_service(s) : nullptr;
         const bool alone = s.who.kind == Actor::Kind::service;
         return is_service(s) &&
                (grant == nullptr || (s.writes() && !grant->writes) ||
                 (alone && !grant->acts_alone) ||
                 (!grant->topics.empty() && !grant->topics.contains(s.item().topic)));
     }},
    {"invitation.outside", "X15", invisible, is_outside_invitation},
    {"contact.restricted", "barneloven § 43 a", tried, is_kept_away},
    {"person.shut-out", "pbrl § 5-3", tried,
     [](S s) { return s.is_staff() && is_blocked(s, s.who.id); }},
    {"staff.own-case", "fvl § 6", tried, handles_own},
    {"item.withheld", "pbrl § 3-4", invisible,
     [](S s) {
         return is_withheld_from(s, s.who.id) ||
                (is_withheld_from(s, "guardians") && has_represented(s));
     }},
    {"protection.no-representation", "X5", invisible,
     [](S s) { return s.is_person() && protection_of_others(s) >= Protection::confidential; }},
    {"protection.numbers-and-codes", "X5", invisible,
     [](S s) {
         return is_identity_item(s) && is_strict(s) && !s.is_subject() && !guards_addresses(s);
     }},
    {"protection.not-found", "X5", tried,
     [](S s) {
         const Protection level = protection_of_others(s);
         const bool known = level == Protection::confidential && sits(s);
         return searches_person(s) && level >= Protection::confidential && !known &&
                !guards_addresses(s);
     }},
    {"emergency.own-review", "X22", forbidden, reviews_own_emergency},
    // 3. Permits. Citizens first: the child, who stands in for it, and who holds the care.
    {"subject.own-case", "pbrl § 5-1, bvl § 1-4", permit_unlogged,
     [](S s) {
         const int from = is_health(s.item().topic)           ? 12
                          : s.item().topic == "child-welfare" ? 15
                                                              : 0;
         const bool log = s.is(Kind::access_log);
         return s.is_subject() &&
                (log || reads_about(s) || (reaches_citizen(s) && (from == 0 || is_older(s, from))));
     }},
    {"guardian.child", "barneloven § 30, pbrl § 3-4", permit,
     [](S s) {
         const bool log = s.is(Kind::access_log) && !is_older(s, 12);
         const bool left = is_health(s.item().topic) && is_older(s, 16);
         return is_guardian(s) && (log || reads_about(s) || (reaches_citizen(s) && !left));
     }},
    {"proxy.scope", "vgml, X9", permit,
     [](S s) {
         const bool item = reaches_citizen(s) && s.item().topic != "consent";
         return s.is(Kind::case_) ? reads_about(s) && is_proxy_for(s, "")
                                  : item && is_proxy_for(s, s.item().topic);
     }},
    {"care.holder", "bvl § 5-3", permit,
     [](S s) {
         const bool consent = is_case_item(s) && s.item().topic == "consent" && !is_strict(s) &&
                              is_unaddressed(s) && (!s.writes() || may_consent(s));
         return holds_care(s) && ((s.is(Kind::case_) && !s.writes()) || consent);
     }},
    // Staff: through a seat at the table, by a service, for a period.
    {"team.frame", "hol § 3-4", permit,
     [](S s) {
         const bool about = s.is(Kind::case_) || s.is(Kind::person);
         return reaches_table(s) || (about && sits(s) && (!s.writes() || coordinates(s)));
     }},
    {"team.own-service", "hpl § 25", permit, reaches_own_service},
    {"team.consent", "fvl § 13 a, hpl § 22", permit,
     [](S s) { return find_release(s, Release::Ground::consent) != nullptr; }},
    {"team.statutory-basis",
     "fvl § 13 b, X2",
     {Denial::none, LogDuty::disclosure},
     [](S s) { return find_release(s, Release::Ground::statute) != nullptr; }},
    {"protection.office", "X5", permit_audited,
     [](S s) {
         const bool theirs =
             s.subject != nullptr && s.subject->protection >= Protection::confidential;
         const bool item = is_identity_item(s) && is_addressed_to(s);
         return theirs && guards_addresses(s) && (item || s.is(Kind::person));
     }},
    {"emergency.read",
     "X22",
     {Denial::none, LogDuty::emergency},
     [](S s) {
         const bool item = is_case_item(s) && !is_strict(s) && is_unaddressed(s);
         return (item || s.is(Kind::case_)) && !s.writes() && find_emergency(s) != nullptr;
     }},
    {"emergency.conduct", "X22", permit_unlogged, conducts_emergency},
    {"emergency.review", "X22", permit_audited, oversees_emergency},
    {"emergency.known", "X6, X22", {Denial::none, LogDuty::read, {text}}, knows_of_emergency},
    {"erasure.officers", "GDPR art. 17, X7", permit_audited, decides_erasure},
    // Less than all of it: the network, who must steer, who is asked to come in.
    {"guest.coordination",
     "domain §4.4",
     {Denial::none, LogDuty::read, {identifiers}},
     [](S s) {
         const bool item = is_case_item(s) && reaches_citizen(s) &&
                           s.item().topic == "coordination" &&
                           s.item().confidentiality <= Confidentiality::internal;
         return is_guest(s) && (item || (s.is(Kind::case_) && !s.writes()));
     }},
    {"leader.metadata", "domain §4.5", permit_metadata,
     [](S s) {
         const bool office = s.is_staff() && holds_role(s, "coordinating-unit") && !s.cases.empty();
         const bool steers = s.is(Kind::case_) && s.writes();
         return (leads_unit_of_case(s) || is_escalated_to(s) || office) &&
                (steers || shows_metadata(s));
     }},
    {"asked.answers", "domain §4.4", permit, is_asked_to_answer},
    {"invited.metadata", "domain §4.4", permit_metadata,
     [](S s) { return !s.seats.empty() && shows_metadata(s); }},
    // Without a case: registering, searching, the directory, advice about nobody, oversight.
    {"staff.something-new", "X4", permit_unlogged, [](S s) { return s.is_staff() && creates(s); }},
    {"staff.keeps-register", "X4", permit,
     [](S s) {
         const bool new_here = s.is_staff() && s.subject != nullptr && s.subject->cases.empty() &&
                               s.subject->registered_by == s.who.id;
         const bool office = holds_role(s, "coordinating-unit") && s.writes();
         return (new_here && is_identity_item(s)) || ((new_here || office) && s.is(Kind::person));
     }},
    {"staff.search",
     "X4",
     {Denial::none, LogDuty::search, {text, identifiers, address, contact, location}},
     [](S s) { return s.is_staff() && searches_person(s); }},
    {"organisation.directory", "domain §4.4", permit_unlogged, in_directory},
    {"module.about-nobody", "plugins §7", permit_unlogged,
     [](S s) {
         return s.is_staff() && is_about_nobody(s) &&
                s.item().confidentiality <= Confidentiality::internal;
     }},
    {"consultation.services", "X11", permit_unlogged,
     [](S s) { return s.is(Kind::consultation) && is_asked(s); }},
    {"oversight.outline", "X6, X9", permit_outline,
     [](S s) {
         const bool officer = holds_role(s, "privacy-officer") && s.who.purpose == "privacy";
         const bool auditor = holds_role(s, "auditor") && s.who.purpose == "audit" && !s.writes();
         return auditor || (officer && s.is(Kind::access_log));
     }},
    {"service.own-grant", "GDPR art. 28", permit,
     [](S s) {
         const bool oversight =
             s.is(Kind::access_log) || s.is(Kind::emergency) || s.is(Kind::erasure);
         const bool service =
             s.who.kind == Actor::Kind::service || acts_for_a_service(s.request.actor);
         return service && !oversight && !is_strict(s) && (s.writes() || is_addressed_to(s));
     }},
    // 4. Denials that tell more, to somebody who may know that the thing is there.
    {"write.not-yours", "domain §4.5", forbidden, [](S s) { return s.writes() && reads(s); }},
    {"emergency.possible",
     "X22",
     {Denial::emergency_possible},
     [](S s) {
         return s.request.resource.whole_topic && is_case_item(s) && !is_strict(s) &&
                is_unaddressed(s) && !s.writes() && !s.seats.empty();
     }},
    {"default.deny", "GDPR art. 25", invisible, [](S /*s*/) { return true; }},
};

Decision outcome(const Rule& rule, S s) {
    const bool allowed = rule.effect.denial == Denial::none;
    Decision decision{
        .allowed = allowed,
        .rule = rule.id,
        .denial = rule.effect.denial,
        .redacted = rule.effect.redacted,
        .log = rule.effect.log,
        .basis = {},
        .notified = {}
    };
    return on_terms(s, std::move(decision));
}

}  // namespace

Decision decide(const Request& request, const Facts& facts, base::Timestamp now) {
    const Situation s = situation_of(request, facts, now);
    const auto first = std::ranges::find_if(rules, [&](const Rule& rule) { return rule.holds(s); });
    return outcome(*first, s);  // The last rule always holds.
}

Explanation explain(const Request& request, const Facts& facts, base::Timestamp now) {
    const Situation s = situation_of(request, facts, now);
    Explanation out;
    for (const Rule& rule : rules) {
        const bool decided = rule.holds(s);
        out.considered.push_back({rule.id, rule.source, decided});
        if (decided) {
            out.decision = outcome(rule, s);
            break;
        }
    }
    return out;
}

}  // namespace samvev::access
