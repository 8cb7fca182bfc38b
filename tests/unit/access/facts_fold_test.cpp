#include "access/facts_fold.hpp"

#include <catch2/catch.hpp>

#include "fjord.hpp"

namespace samvev::access_test {

namespace {

// A story told in events, one line each.
class Story {
public:
    Story() : fold_(start()) {}

    Story& tell(const char* type, const Id& stream, const char* payload, const char* entity = "") {
        const std::string_view name(type);
        const std::string kind = name.starts_with("organisation.") ? "organisation"
                                 : name.starts_with("person.")     ? "person"
                                                                   : "case";
        const FactEvent event{
            .type = type,
            .stream_kind = kind,
            .stream_id = stream,
            .entity = entity,
            .recorded_at = noon(),
            .actor = "staff/somebody",
            .payload = payload
        };
        const auto folded = fold_.fold(event);
        REQUIRE(folded);
        changed_ = *folded;
        return *this;
    }
    [[nodiscard]] const Facts& facts() const { return fold_.facts(); }
    [[nodiscard]] const CaseFacts& los() const { return *fold_.facts().cases.find(los_case); }
    [[nodiscard]] bool changed() const { return changed_; }

private:
    static Facts start() {
        Facts facts;
        facts.tenant = tenant;
        return facts;
    }
    FactsFold fold_;
    bool changed_ = false;
};

void tell_beginning(Story& story) {
    story.tell("organisation.unit-registered", school, R"({"name":"x","leaderId":"staff-berit"})")
        .tell("organisation.unit-registered", health_station, R"({"name":"x"})")
        .tell("organisation.staff-registered", ada, R"({"unitId":"unit-school"})")
        .tell("organisation.staff-registered", odd, R"({"unitId":"unit-health-station"})")
        .tell("person.person-registered", lo, R"({"birthDate":"2015-05-04"})")
        .tell(
            "case.case-opened", los_case,
            R"({"level":2,"personId":"person-lo","coordinatorId":"staff-ada","coordinatorUnitId":"unit-school"})"
        );
}

}  // namespace

TEST_CASE("A case that is opened seats its coordinator and knows its child", "[access][facts]") {
    Story story;
    tell_beginning(story);
    CHECK(story.los().person == lo);
    CHECK(story.los().coordinator == Post{ada, school});
    CHECK(story.facts().persons.find(lo)->cases.contains(los_case));
    CHECK(verdict(of_case(ask(staff(ada), Action::write)), story.facts()) == "team.frame");
    CHECK(verdict(of_case(ask(staff(odd))), story.facts()) == "default.deny 40401");
    CHECK(verdict(of_case(ask(staff("staff-berit"))), story.facts()) == "leader.metadata");
    CHECK(verdict(of_case(ask(person(lo))), story.facts()) == "subject.own-case");
}

TEST_CASE("An invitation opens the door only when it is accepted, and until it ends", "[access]") {
    Story story;
    tell_beginning(story);
    const Request plan = of_item(ask(staff(odd)), "plan");
    story.tell(
        "case.participant-invited", los_case,
        R"({"staffId":"staff-odd","unitId":"unit-health-station","topics":["health"],"until":"2027-06-01"})",
        "p1"
    );
    CHECK_FALSE(may(plan, story.facts()));
    CHECK(verdict(of_case(ask(staff(odd))), story.facts()) == "invited.metadata");
    story.tell("case.invitation-accepted", los_case, R"({"topics":["health"]})", "p1");
    CHECK(may(plan, story.facts()));
    CHECK_FALSE(may(plan, story.facts(), noon("2027-06-02")));
    story.tell("case.participation-extended", los_case, R"({"until":"2027-07-01"})", "p1");
    CHECK(may(plan, story.facts(), noon("2027-06-02")));
    story.tell("case.participation-ended", los_case, "{}", "p1");
    CHECK_FALSE(may(plan, story.facts()));
}

TEST_CASE("An answer without an invitation opens nothing", "[access][facts]") {
    Story story;
    tell_beginning(story);
    story.tell("case.invitation-accepted", los_case, R"({"staffId":"staff-odd"})", "p1");
    CHECK_FALSE(may(of_case(ask(staff(odd))), story.facts()));
}

TEST_CASE("Consents and bases open topics until they are withdrawn or end", "[access][facts]") {
    Story story;
    tell_beginning(story);
    const Request health =
        of_item(ask(staff(ada)), "health", Confidentiality::restricted, health_station);
    CHECK_FALSE(may(health, story.facts()));
    story.tell(
        "case.consent-granted", los_case,
        R"({"topics":["health"],"recipientUnitIds":["unit-school"]})", "c1"
    );
    CHECK(verdict(health, story.facts()) == "team.consent");
    const Facts before = story.facts();
    story.tell("case.consent-withdrawn", los_case, "{}", "c1");
    CHECK_FALSE(may(health, story.facts()));
    CHECK(may(health, before));
    story.tell(
        "case.statutory-basis-recorded", los_case,
        R"({"topics":["health"],"paragraph":"bvl § 13-2","until":"2027-04-01"})", "b1"
    );
    CHECK(decide(health, story.facts(), noon()).basis == "bvl § 13-2");
    CHECK_FALSE(may(health, story.facts(), noon("2027-04-02")));
}

TEST_CASE("A handover moves the case when it is accepted", "[access][facts]") {
    Story story;
    tell_beginning(story);
    const Request steer = of_case(ask(staff(odd), Action::write));
    story.tell(
        "case.handover-offered", los_case,
        R"({"toId":"staff-odd","toUnitId":"unit-health-station"})", "h1"
    );
    CHECK(verdict(of_case(ask(staff(odd))), story.facts()) == "invited.metadata");
    story.tell(
        "case.handover-escalated", los_case,
        R"({"toId":"staff-geir","unitId":"unit-health-station"})", "h1"
    );
    CHECK(verdict(of_case(ask(staff(geir))), story.facts()) == "leader.metadata");
    story.tell(
        "case.handover-accepted", los_case,
        R"({"coordinatorId":"staff-odd","coordinatorUnitId":"unit-health-station"})", "h1"
    );
    CHECK(may(steer, story.facts()));
    CHECK_FALSE(may(of_case(ask(staff(ada))), story.facts()));
    CHECK_FALSE(may(of_case(ask(staff(geir))), story.facts()));
}

TEST_CASE("A role that ends takes its seats along", "[access][facts]") {
    Story story;
    tell_beginning(story);
    story.tell(
        "organisation.staff-role-assigned", ada, R"({"role":"coordinator","unitId":"unit-school"})",
        "a1"
    );
    CHECK(may(of_case(ask(staff(ada))), story.facts()));
    story.tell("organisation.staff-role-ended", ada, R"({"endsOn":"2027-03-15"})", "a1");
    CHECK(may(of_case(ask(staff(ada))), story.facts(), noon("2027-03-15")));
    CHECK_FALSE(may(of_case(ask(staff(ada))), story.facts(), noon("2027-03-16")));
}

TEST_CASE("A new substitute takes the place of the one before", "[access][facts]") {
    Story story;
    tell_beginning(story);
    story.tell("organisation.substitute-set", ada, R"({"substituteId":"staff-inga"})");
    CHECK(may(of_case(ask(staff(inga))), story.facts()));
    story.tell("organisation.substitute-set", ada, R"({"substituteId":"staff-odd"})");
    CHECK_FALSE(may(of_case(ask(staff(inga))), story.facts()));
    CHECK(may(of_case(ask(staff(odd))), story.facts()));
    story.tell(
        "organisation.substitute-set", ada, R"({"substituteId":"staff-odd","until":"2027-03-01"})"
    );
    CHECK_FALSE(may(of_case(ask(staff(odd))), story.facts()));
}

TEST_CASE("What was taken out of the history protects, and gives nothing", "[access][facts]") {
    Story story;
    tell_beginning(story);
    story.tell("person.address-protection-set", lo, "");
    CHECK(story.facts().persons.find(lo)->protection == Protection::strictly_confidential);
    story.tell("case.consent-granted", los_case, "", "c1");
    CHECK_FALSE(may(of_item(ask(staff(ada)), "health"), story.facts()));
    story.tell("case.participant-invited", los_case, "", "p1");
    story.tell("case.invitation-accepted", los_case, "", "p1");
    CHECK_FALSE(may(of_case(ask(staff(inga))), story.facts()));
    CHECK_FALSE(may(of_case(ask(person(""))), story.facts()));
}

TEST_CASE("An emergency is read from its events, and over when they say", "[access][facts]") {
    Story story;
    tell_beginning(story);
    story.tell("organisation.staff-registered", inga, R"({"unitId":"unit-school"})");
    const auto started = [&](const char* grant, const char* until) {
        story.tell(
            "break-glass.started", los_case,
            (R"({"staffId":"staff-inga","unitId":"unit-school","reasonCode":"danger-to-life","until":")" +
             std::string(until) + "\"}")
                .c_str(),
            grant
        );
    };
    const Request plan = of_item(ask(staff(inga)), "plan");
    started("g1", "2027-03-10T13:00:00Z");
    CHECK(verdict(plan, story.facts()) == "emergency.read");
    CHECK(decide(plan, story.facts(), noon()).basis == "danger-to-life");
    CHECK_FALSE(may(plan, story.facts(), noon() + std::chrono::hours(1)));
    story.tell("break-glass.ended", los_case, "{}", "g1");
    CHECK_FALSE(may(plan, story.facts()));
    story.tell("break-glass.reviewed", los_case, R"({"reviewerId":"staff-berit"})", "g1");
    CHECK(story.los().emergencies.at("g1").reviewed_by == berit);
    started("g2", "some day");
    CHECK_FALSE(may(plan, story.facts()));
    story.tell("break-glass.started", los_case, "", "g3");
    CHECK_FALSE(may(plan, story.facts()));
}

TEST_CASE("An invitation lets its device in to one case, until it is over", "[access][facts]") {
    Story story;
    tell_beginning(story);
    const auto invited = [&](const char* id, const std::string& payload) {
        story.tell("invitation.invited", los_case, payload.c_str(), id);
    };
    const std::string ends = R"({"personId":"person-lo","endsAt":"2027-03-10T13:00:00Z"})";
    Request plan = of_item(ask(person(lo)), "plan");
    plan.resource.item.confidentiality = Confidentiality::internal;
    plan.actor.assurance = Assurance::low;
    CHECK(verdict(plan, story.facts()) == "login.too-weak 40104");
    plan.actor.invitation = "i1";
    plan.actor.invited_to = los_case;
    CHECK(verdict(plan, story.facts()) == "invitation.outside 40401");
    invited("i1", ends);
    CHECK(verdict(plan, story.facts()) == "invitation.outside 40401");
    story.tell("invitation.redeemed", los_case, R"({"deviceDigest":"d"})", "i1");
    CHECK(verdict(plan, story.facts()) == "subject.own-case");
    CHECK_FALSE(may(plan, story.facts(), noon() + std::chrono::hours(1)));
    Request restricted = plan;
    restricted.resource.item.confidentiality = Confidentiality::restricted;
    CHECK(verdict(restricted, story.facts()) == "login.high-for-content 40104");
    Request elsewhere = plan;
    elsewhere.actor.invited_to = "case-other";
    CHECK(verdict(elsewhere, story.facts()) == "invitation.outside 40401");
    Request writing = plan;
    writing.action = Action::write;
    CHECK(verdict(writing, story.facts()) == "login.too-weak 40104");
    writing.login_needed = Assurance::low;
    writing.resource.item.confidentiality = Confidentiality::restricted;
    CHECK(verdict(writing, story.facts()) == "subject.own-case");
    Request another = plan;
    another.actor.invitation = "i2";
    CHECK(verdict(another, story.facts()) == "invitation.outside 40401");
    for (const char* end : {"withdrawn", "expired", "locked", "signed-out"}) {
        const std::string id = std::string("of-") + end;
        invited(id.c_str(), ends);
        story.tell("invitation.redeemed", los_case, R"({"deviceDigest":"d"})", id.c_str());
        plan.actor.invitation = id;
        CHECK(may(plan, story.facts()));
        story.tell((std::string("invitation.") + end).c_str(), los_case, "{}", id.c_str());
        CHECK_FALSE(may(plan, story.facts()));
    }
    story.tell("invitation.invited", los_case, "", "i3");  // taken out
    story.tell("invitation.redeemed", los_case, "", "i3");
    plan.actor.invitation = "i3";
    CHECK_FALSE(may(plan, story.facts()));
}

TEST_CASE("What is withheld is found by event and by thing", "[access][facts]") {
    Story story;
    tell_beginning(story);
    const auto from = [&](const char* event, const char* entity) {
        std::string out;
        for (const Id& one : withheld_from(story.los(), event, entity)) {
            out += one + " ";
        }
        return out;
    };
    story.tell(
        "privacy.item-withheld", los_case, R"({"itemId":"goal","withheldFrom":["guardians"]})", "w1"
    );
    story.tell(
        "privacy.item-withheld", los_case, R"({"itemId":"event","withheldFrom":["person-father"]})",
        "w2"
    );
    CHECK(from("x", "goal") == "guardians ");
    CHECK(from("event", "goal") == "guardians person-father ");
    CHECK(from("x", "w2") == "person-father ");
    CHECK(from("x", "y").empty());
    story.tell("privacy.item-released", los_case, "{}", "w1");
    CHECK(from("x", "goal").empty());
    CHECK(from("x", "w1") == "guardians ");
    // Nobody knows any more what it kept back, so everything is.
    story.tell("privacy.item-withheld", los_case, "", "w3");
    CHECK(from("x", "y") == "guardians ");
}

TEST_CASE("Who is shut out has no seat until they are let in again", "[access][facts]") {
    Story story;
    tell_beginning(story);
    CHECK(may(of_case(ask(staff(ada))), story.facts()));
    story.tell("privacy.access-blocked", los_case, R"({"unitId":"unit-school"})", "b1");
    CHECK_FALSE(may(of_case(ask(staff(ada))), story.facts()));
    CHECK_FALSE(may(of_case(ask(staff(berit))), story.facts()));
    story.tell("privacy.access-unblocked", los_case, R"({"unitId":"unit-school"})", "b1");
    CHECK(may(of_case(ask(staff(ada))), story.facts()));
    story.tell(
        "privacy.access-blocked", los_case, R"({"staffId":"staff-ada","until":"2027-03-10"})", "b2"
    );
    CHECK(verdict(of_case(ask(staff(ada))), story.facts()) == "person.shut-out 40401");
    CHECK(may(of_case(ask(staff(ada))), story.facts(), noon("2027-03-11")));
}

TEST_CASE("A consent without what it excludes", "[access][facts]") {
    Story story;
    tell_beginning(story);
    story.tell(
        "case.consent-granted", los_case,
        R"({"topics":["health","education"],"recipientUnitIds":["unit-school"],"excludedTopics":["health"]})",
        "c1"
    );
    CHECK_FALSE(may(of_item(ask(staff(ada)), "health"), story.facts()));
    CHECK(may(of_item(ask(staff(ada)), "education"), story.facts()));
    story.tell(
        "case.consent-granted", los_case,
        R"({"topics":["health"],"recipientUnitIds":["unit-school"],"excludedUnitIds":["unit-school"]})",
        "c2"
    );
    CHECK_FALSE(may(of_item(ask(staff(ada)), "health"), story.facts()));
}

TEST_CASE("Who a staff member is in private may be said later", "[access][facts]") {
    Story story;
    tell_beginning(story);
    story.tell("person.guardian-recorded", lo, "{}", mother.c_str());
    const Request plan = of_item(ask(staff(ada)), "plan");
    CHECK(may(plan, story.facts()));
    story.tell("organisation.staff-linked-to-person", ada, R"({"personId":"person-mother"})");
    CHECK(verdict(plan, story.facts()) == "staff.own-case 40401");
    CHECK(*story.facts().staff_of_person.find(mother) == Ids{ada});
    story.tell("organisation.staff-linked-to-person", ada, "");  // Taken out: it stays.
    CHECK(verdict(plan, story.facts()) == "staff.own-case 40401");
    story.tell("organisation.staff-linked-to-person", ada, R"({"personId":"person-stranger"})");
    CHECK(may(plan, story.facts()));
    CHECK(story.facts().staff_of_person.find(mother)->empty());
    CHECK(*story.facts().staff_of_person.find(stranger) == Ids{ada});
}

TEST_CASE("A unit is hidden and shown again", "[access][facts]") {
    Story story;
    tell_beginning(story);
    Request unit = ask(staff(ada));
    unit.resource.kind = Resource::Kind::unit;
    unit.resource.unit_id = health_station;
    CHECK(may(unit, story.facts()));
    story.tell("organisation.unit-hidden", health_station, R"({"reason":"x"})");
    CHECK_FALSE(may(unit, story.facts()));
    unit.actor = staff(odd);
    CHECK(may(unit, story.facts()));
    story.tell("organisation.unit-shown", health_station, "");
    unit.actor = staff(ada);
    CHECK(may(unit, story.facts()));
}

TEST_CASE("Other events change nothing, an unreadable one is an error", "[access][facts]") {
    Story story;
    tell_beginning(story);
    const std::uint64_t version = story.facts().version;
    story.tell("case.goal-set", los_case, "not JSON", "g1");
    CHECK_FALSE(story.changed());
    CHECK(story.facts().version == version);
    FactsFold fold{Facts{}};
    for (const char* payload : {"[]", "{", "1"}) {
        const auto folded = fold.fold(
            {.type = "case.consent-withdrawn",
             .stream_kind = "case",
             .stream_id = los_case,
             .entity = "c1",
             .recorded_at = noon(),
             .actor = {},
             .payload = payload}
        );
        REQUIRE_FALSE(folded);
        CHECK(folded.error().code == ErrorCode::corrupt);
    }
}

}  // namespace samvev::access_test
