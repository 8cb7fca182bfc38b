#include <array>
#include <catch2/catch.hpp>
#include <random>

#include "fjord.hpp"
#include "support/random_seed.hpp"

// Random situations in a small town: what must hold of every one of them.
namespace samvev::access_test {

namespace {

constexpr int situations = 4000;

const std::array<std::string, 8> topics{"coordination", "plan",   "consent",       "child-voice",
                                        "health",       "family", "child-welfare", "education"};
const std::array<Id, 4> units{school, health_station, child_welfare, hospital};
const std::array<Id, 8> workers{ada, odd, inga, berit, geir, tor, vera, nils};
const std::array<Id, 5> citizens{lo, mother, father, proxy, stranger};

class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(random_); }
    bool one_in(int sides) { return roll(sides) == 0; }
    template <typename Range>
    const auto& pick(const Range& range) {
        return range[static_cast<std::size_t>(roll(static_cast<int>(range.size())))];
    }
    base::Date some_day() {
        return base::Date(std::chrono::sys_days(day("2027-01-01")) + std::chrono::days(roll(3000)));
    }
    Period some_period() {
        Period period;
        if (one_in(3)) {
            period.from = some_day();
        }
        if (one_in(3)) {
            period.until = some_day();
        }
        return period;
    }

private:
    std::mt19937_64 random_;
};

Participation seat(Dice& dice) {
    const Id& worker = dice.pick(workers);
    return Participation{
        .phase = static_cast<Participation::Phase>(dice.roll(3)),
        .post = {dice.one_in(3) ? Id() : worker, dice.pick(units)},
        .person = {},
        .topics = {dice.pick(topics), dice.pick(topics)},
        .period = dice.some_period(),
    };
}

Release release(Dice& dice) {
    Release out = consent({dice.pick(topics), dice.pick(topics)}, {dice.pick(units)});
    out.ground = dice.one_in(3) ? Release::Ground::statute : Release::Ground::consent;
    out.every_unit = out.ground == Release::Ground::statute && dice.one_in(3);
    out.withdrawn = dice.one_in(4);
    out.period = dice.some_period();
    return out;
}

Facts some_facts(Dice& dice) {
    Facts facts = town();
    facts.cases.update(los_case, [&](CaseFacts& one) {
        one.level = dice.roll(4);
        one.coordinator = Post{dice.pick(workers), dice.pick(units)};
        for (int i = dice.roll(4); i > 0; --i) {
            one.participations["p" + std::to_string(i)] = seat(dice);
            one.releases["r" + std::to_string(i)] = release(dice);
        }
    });
    facts.persons.update(lo, [&](PersonFacts& child) {
        child.birth_date = base::Date(
            std::chrono::sys_days(day("2010-01-01")) + std::chrono::days(dice.roll(6000))
        );
        child.protection = static_cast<Protection>(dice.one_in(2) ? 0 : dice.roll(4));
        if (dice.one_in(5)) {
            child.care_unit = child_welfare;
        }
        if (dice.one_in(8)) {
            child.blocks[dice.one_in(2) ? dice.pick(workers) : dice.pick(units)] = {};
        }
        if (dice.one_in(8)) {
            child.contact_restrictions[dice.pick(citizens)] = {};
        }
    });
    return facts;
}

Request some_request(Dice& dice) {
    const bool citizen = dice.one_in(3);
    Request request = ask(citizen ? person(dice.pick(citizens)) : staff(dice.pick(workers)));
    request.action = static_cast<Action>(dice.roll(4));
    request.actor.assurance = dice.one_in(4) ? Assurance::substantial : Assurance::high;
    if (dice.one_in(6)) {
        return of_case(request);
    }
    if (dice.one_in(6)) {
        return of_person(request);
    }
    request = of_item(request, dice.pick(topics), static_cast<Confidentiality>(dice.roll(4)));
    Item& item = request.resource.item;
    if (dice.one_in(2)) {
        item.owner_unit = dice.pick(units);
    }
    if (dice.one_in(5)) {
        item.audience = {dice.one_in(2) ? dice.pick(workers) : dice.pick(units)};
    }
    if (dice.one_in(6)) {
        item.withheld_from = {dice.one_in(2) ? Id("guardians") : dice.pick(units)};
    }
    if (dice.one_in(6)) {
        item.subjects = {dice.pick(citizens)};
    }
    if (item.topic == "consent") {
        item.gives_consent_for = {dice.pick(topics)};
    }
    return request;
}

base::Timestamp some_time(Dice& dice) {
    return noon() + std::chrono::hours(24 * dice.roll(3000));
}

// One more fact in favour of whoever is asking.
Facts with_permission(Dice& dice, Facts facts, const Actor& actor) {
    const bool citizen = actor.kind == Actor::Kind::person;
    switch (dice.roll(6)) {
        case 0:
            return with_case(facts, [&](CaseFacts& one) {
                one.participations["more"] = seat(dice);
                one.participations["more"].phase = Participation::Phase::active;
                (citizen ? one.participations["more"].person : one.participations["more"].post.staff
                ) = actor.id;
            });
        case 1:
            return with_case(facts, [&](CaseFacts& one) { one.releases["more"] = release(dice); });
        case 2:
            return with_case(facts, [&](CaseFacts& one) {
                one.emergencies["more"] = EmergencyGrant{
                    .post = {actor.id, dice.pick(units)},
                    .from = noon(),
                    .until = noon() + std::chrono::hours(80000),
                    .reason_code = "danger",
                    .reviewed_by = {}
                };
            });
        case 3:
            if (citizen) {
                return with_lo(facts, [&](PersonFacts& child) { child.guardians[actor.id] = {}; });
            }
            facts.staff.update(actor.id, [&](StaffFacts& one) {
                one.assignments["more"] =
                    Assignment{.role = "coordinating-unit", .unit = dice.pick(units), .period = {}};
            });
            return facts;
        case 4:
            if (citizen) {
                return with_lo(facts, [&](PersonFacts& child) {
                    child.proxies[actor.id] = {.topics = {dice.pick(topics)}, .period = {}};
                });
            }
            facts.units.update(dice.pick(units), [&](UnitFacts& unit) { unit.leader = actor.id; });
            return facts;
        default:
            if (!citizen) {
                facts.staff.update(actor.id, [&](StaffFacts& one) {
                    one.stands_in_for.push_back({.absent = dice.pick(workers), .period = {}});
                });
            }
            return facts;
    }
}

template <typename Check>
void in_random_situations(Check check) {
    const std::uint64_t seed = test::random_seed("access_policy");
    Dice dice(seed);
    for (int i = 0; i < situations; ++i) {
        const Facts facts = some_facts(dice);
        const Request request = some_request(dice);
        const base::Timestamp now = some_time(dice);
        INFO(
            "seed " << seed << ", situation " << i << ", topic " << request.resource.item.topic
                    << ", actor " << request.actor.text()
        );
        check(dice, request, facts, now);
    }
}

}  // namespace

TEST_CASE("One more permission never takes access away", "[access][policy][property]") {
    in_random_situations([](Dice& dice, const Request& request, const Facts& facts,
                            base::Timestamp now) {
        const Decision before = decide(request, facts, now);
        const Facts more = with_permission(dice, facts, request.actor);
        const Decision after = decide(request, more, now);
        INFO("before " << before.rule << ", after " << after.rule);
        REQUIRE((!before.allowed || after.allowed));
        REQUIRE((!before.allowed || std::ranges::includes(before.redacted, after.redacted)));
    });
}

TEST_CASE("A hard forbid beats every permission", "[access][policy][property]") {
    in_random_situations([](Dice& dice, Request request, Facts facts, base::Timestamp now) {
        for (int i = 0; i < 4; ++i) {
            facts = with_permission(dice, std::move(facts), request.actor);
        }
        switch (dice.roll(4)) {
            case 0:
                request.resource.tenant = 9998;
                break;
            case 1:
                facts = with_lo(facts, [&](PersonFacts& child) {
                    child.contact_restrictions[request.actor.id] = {};
                    child.blocks[request.actor.id] = {};
                });
                break;
            case 2:
                request.resource.item.withheld_from.push_back(request.actor.id);
                break;
            default:
                facts.staff.update(request.actor.id, [](StaffFacts& one) { one.person = lo; });
                if (request.actor.kind == Actor::Kind::person) {
                    request.resource.tenant = 1;
                }
                break;
        }
        const Decision decision = decide(request, facts, now);
        INFO("rule " << decision.rule);
        REQUIRE_FALSE(decision.allowed);
        REQUIRE(decision.redacted.empty());
    });
}

TEST_CASE("Read, listed, found or sent, one item gets one decision", "[access][policy][property]") {
    in_random_situations([](Dice&, Request request, const Facts& facts, base::Timestamp now) {
        if (request.resource.kind != Resource::Kind::item) {
            return;
        }
        request.action = Action::read;
        const Decision read = decide(request, facts, now);
        for (const Action action : {Action::list, Action::search}) {
            request.action = action;
            REQUIRE(decide(request, facts, now) == read);
        }
    });
}

TEST_CASE("A decision depends on nothing but its arguments", "[access][policy][property]") {
    in_random_situations([](Dice& dice, const Request& request, const Facts& facts,
                            base::Timestamp now) {
        const Decision first = decide(request, facts, now);
        Facts copy = facts;
        copy.cases.set("case-other", CaseFacts{});
        static_cast<void>(decide(some_request(dice), copy, now));
        REQUIRE(decide(request, facts, now) == first);
        REQUIRE(decide(request, copy, now) == first);
        REQUIRE(explain(request, facts, now).decision == first);
    });
}

TEST_CASE("Without a fact in their favour nobody sees a case", "[access][policy][property]") {
    in_random_situations([](Dice& dice, Request request, const Facts&, base::Timestamp now) {
        Facts facts;
        facts.tenant = tenant;
        facts.cases.set(
            los_case,
            CaseFacts{
                .person = lo,
                .coordinator = {},
                .coordinator_since = {},
                .concern_owner = {},
                .coordinating_unit = {},
                .offered_to = {},
                .escalated_to = {},
                .participations = {},
                .releases = {},
                .emergencies = {},
                .withholdings = {},
                .invitations = {},
                .linked_cases = {}
            }
        );
        request.actor.id = dice.pick(workers);
        request.resource.kind = dice.one_in(2) ? Resource::Kind::case_ : Resource::Kind::item;
        request.resource.case_id = los_case;
        REQUIRE_FALSE(decide(request, facts, now).allowed);
    });
}

}  // namespace samvev::access_test
