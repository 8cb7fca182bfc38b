#include "dispatch/access_log/patterns.hpp"

#include <catch2/catch.hpp>

using namespace samvev;
using namespace samvev::dispatch;

namespace {

const access::Id teacher = "0192f0c1-0000-7000-8000-000000002001";       // staff
const access::Id teacher_home = "0192f0c1-0000-7000-8000-000000003101";  // the same in private
const access::Id own_child = "0192f0c1-0000-7000-8000-000000003001";
const access::Id sibling = "0192f0c1-0000-7000-8000-000000003002";
const access::Id other_parent = "0192f0c1-0000-7000-8000-000000003102";
const access::Id stranger = "0192f0c1-0000-7000-8000-000000003009";
const access::Id own_case = "0192f0c1-0000-7000-8000-00000000c001";

access::Facts family() {
    access::Facts facts;
    access::StaffFacts staff;
    staff.person = teacher_home;
    facts.staff.set(teacher, staff);
    access::PersonFacts child;
    child.guardians = {{teacher_home, {}}, {other_parent, {}}};
    child.cases = {own_case};
    facts.persons.set(own_child, child);
    child.cases = {};
    facts.persons.set(sibling, child);
    access::PersonFacts parent;
    parent.cases = {own_case};
    facts.persons.set(teacher_home, parent);
    facts.persons.set(other_parent, parent);
    access::PersonFacts hidden;
    hidden.protection = access::Protection::confidential;
    facts.persons.set(stranger, hidden);
    access::CaseFacts one;
    one.person = own_child;
    facts.cases.set(own_case, one);
    return facts;
}

AccessEntry entry(
    AccessRecord::Kind kind, const std::string& actor, std::vector<std::string> persons,
    std::string_view stream = "case/0192f0c1-0000-7000-8000-00000000c001"
) {
    AccessEntry out;
    out.record.kind = kind;
    out.record.stream = *store::StreamId::parse(stream);
    out.record.persons = std::move(persons);
    out.actor = actor;
    out.unit = "0192f0c1-0000-7000-8000-000000001005";
    out.at = base::Timestamp(std::chrono::hours(500'000));
    return out;
}

std::string as_text(const AccessPatterns& patterns) {
    std::string out;
    for (const AccessPattern& one : patterns.found()) {
        out += std::string(to_text(one.kind)) + " " + std::to_string(one.count) + "\n";
    }
    return out;
}

}  // namespace

TEST_CASE("Family is as far as guardians are known", "[dispatch][access-log]") {
    const access::Facts facts = family();
    CHECK(are_related(facts, teacher_home, teacher_home));
    CHECK(are_related(facts, teacher_home, own_child));
    CHECK(are_related(facts, own_child, teacher_home));
    CHECK(are_related(facts, own_child, sibling));
    CHECK(are_related(facts, teacher_home, other_parent));
    CHECK_FALSE(are_related(facts, teacher_home, stranger));
    CHECK_FALSE(are_related(facts, stranger, own_child));
}

TEST_CASE("Each pattern is found by what it is made of", "[dispatch][access-log]") {
    using Kind = AccessRecord::Kind;
    const access::Facts facts = family();
    AccessPatterns patterns(facts, 50);
    const std::string by = "staff/" + teacher;
    SECTION("own family, also when it was refused") {
        patterns.take(entry(Kind::refusal, by, {own_child}));
        patterns.take(entry(Kind::read, by, {sibling}));
        CHECK(as_text(patterns) == "own-family 2\n");
    }
    SECTION("a protected person") {
        patterns.take(entry(Kind::read, by, {stranger}));
        CHECK(as_text(patterns) == "protected-person 1\n");
    }
    SECTION("an emergency") {
        patterns.take(entry(Kind::emergency, by, {}));
        CHECK(as_text(patterns) == "emergency 1\n");
    }
    SECTION("a search on nobody's behalf") {
        AccessEntry search = entry(Kind::search, by, {}, nobodys_stream().text());
        patterns.take(search);
        CHECK(as_text(patterns).empty());
        search.unit.clear();
        patterns.take(search);
        CHECK(as_text(patterns) == "search-without-unit 1\n");
    }
    SECTION("not who oversees, and not the family itself") {
        patterns.take(entry(Kind::oversight, by, {own_child}));
        patterns.take(entry(Kind::read, "person/" + teacher_home, {own_child}));
        CHECK(as_text(patterns).empty());
    }
}

TEST_CASE(
    "More look-ups in a day than the setting allows stand out, day by day", "[dispatch][access-log]"
) {
    const access::Facts facts;
    AccessPatterns patterns(facts, 2);
    const auto look = [&](int what, int day) {
        AccessEntry one = entry(
            AccessRecord::Kind::read, "staff/" + teacher, {},
            "case/0192f0c1-0000-7000-8000-00000000c00" + std::to_string(what)
        );
        one.at += std::chrono::days(day);
        patterns.take(one);
    };
    look(1, 0);
    look(2, 0);
    look(2, 0);
    look(3, 1);
    CHECK(as_text(patterns).empty());
    look(3, 0);
    CHECK(as_text(patterns) == "many-lookups 3\n");
}
