#include <algorithm>
#include <catch2/catch.hpp>
#include <samvev/json.hpp>

#include "base/calendar_text.hpp"
#include "base/limits.hpp"
#include "dispatch/access_log/record.hpp"
#include "scenario/fjordvik.hpp"
#include "support/subscriber.hpp"

using namespace samvev;
using dispatch::AccessEntry;
using test::Fjordvik;

// Who was shown what is on record before it is shown, at every door below wire. Case A of Fjordvik:
// Lo's (10 years old); Ada (school) coordinates, Berit leads Ada's school, Marte is Lo's mother.
namespace {

constexpr const char* lo = "0192f0c1-0000-7000-8000-000000003001";
const std::string stream_a = std::string("case/") + test::case_a;
const store::LogId log_id{store::TenantId(9999), store::LogKind::access};

std::vector<AccessEntry> records(Fjordvik& fjordvik) {
    std::vector<AccessEntry> out;
    const auto scanned = fjordvik.world.log().scan(
        log_id, store::Position(0), SIZE_MAX,
        [&](const store::EventView& event) {
            auto entry = dispatch::read_entry(event);
            if (entry) {
                out.push_back(std::move(*entry));
            }
            return store::Visit::more;
        }
    );
    REQUIRE(scanned.has_value());
    REQUIRE(out.size() == fjordvik.world.log().head(log_id).next.value());
    return out;
}

// What was written after the first `first`.
std::vector<AccessEntry> records_since(Fjordvik& fjordvik, std::size_t first) {
    std::vector<AccessEntry> all = records(fjordvik);
    return {all.begin() + static_cast<std::ptrdiff_t>(first), all.end()};
}

bool names(const AccessEntry& entry, const std::string& person) {
    return std::ranges::count(entry.record.persons, person) == 1;
}

access::Actor officer(Fjordvik& fjordvik) {
    access::Actor out = fjordvik.actor("ruth");
    out.roles = {"privacy-officer"};
    out.purpose = "privacy";
    return out;
}

std::vector<std::string> rules_of(const std::vector<AccessEntry>& entries) {
    std::vector<std::string> out;
    for (const AccessEntry& entry : entries) {
        for (const std::string& rule : entry.record.rules) {
            out.push_back(rule);
        }
    }
    return out;
}

json pages(Fjordvik& fjordvik, const std::string& method, json params, const access::Actor& who) {
    json rows = json::array();
    for (;;) {
        const auto page = fjordvik.world.call(method, params, who);
        if (!page) {
            FAIL(method << ": " << page.error().message);
        }
        for (const json& row : (*page)["items"]) {
            rows.push_back(row);
        }
        if (!page->contains("nextCursor")) {
            return rows;
        }
        params["cursor"] = (*page)["nextCursor"];
    }
}

}  // namespace

SCENARIO(
    "A document that is read leaves one record of who, what, when and why", "[scenario][access-log]"
) {
    Fjordvik fjordvik;
    const std::size_t before = records(fjordvik).size();
    const access::Actor& ada = fjordvik.actor("ada");
    REQUIRE(fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, ada).has_value());
    const auto left = records_since(fjordvik, before);
    REQUIRE(left.size() == 1);
    const AccessEntry& one = left.front();
    CHECK(one.actor == std::string("staff/") + test::ada);
    CHECK(one.role == "coordinator");
    CHECK(one.unit == ada.unit);
    CHECK(one.at == fjordvik.world.clock().now());
    CHECK(one.record.kind == dispatch::AccessRecord::Kind::read);
    CHECK(one.record.stream.text() == stream_a);
    CHECK(one.record.method == "case.overview");
    CHECK(one.record.view == "case.overview");
    CHECK(one.record.key == stream_a);
    CHECK(one.record.purpose == "coordination");
    CHECK_FALSE(one.record.redacted);
    CHECK(names(one, lo));
    CHECK(one.record.rules.front().starts_with("team."));
    REQUIRE(one.record.revisions.has_value());
    CHECK(one.record.revisions->first == 0);
}

SCENARIO("What was read is never in the record", "[scenario][access-log]") {
    Fjordvik fjordvik;
    constexpr const char* secret = "Hemmelig-markør-7f3a";
    REQUIRE(fjordvik
                .send(
                    "ada", "case.record-need",
                    {{"caseId", test::case_a},
                     {"needId", fjordvik.world.new_id()},
                     {"lifeArea", "education"},
                     {"description", secret}}
                )
                .has_value());
    const auto read = fjordvik.world.call(
        "stream.read", {{"stream", stream_a}, {"limit", 200}}, fjordvik.actor("ada")
    );
    REQUIRE(read.has_value());
    REQUIRE(read->dump().find(secret) != std::string::npos);
    bool found = false;
    REQUIRE(fjordvik.world.log()
                .scan(
                    log_id, store::Position(0), SIZE_MAX,
                    [&](const store::EventView& event) {
                        found = found || event.payload.find(secret) != std::string_view::npos;
                        return store::Visit::more;
                    }
                )
                .has_value());
    CHECK_FALSE(found);
}

SCENARIO("Every door leaves its record", "[scenario][access-log]") {
    Fjordvik fjordvik;
    const access::Actor& ada = fjordvik.actor("ada");
    struct Door {
        const char* method;
        json params;
    };
    const std::vector<Door> doors{
        {"view.get", {{"view", "case.team"}, {"key", stream_a}}},
        {"view.list", {{"view", "case.my-cases"}, {"limit", 50}}},
        {"case.timeline", {{"where", {{"caseId", test::case_a}}}, {"limit", 20}}},
        {"stream.read", {{"stream", stream_a}, {"limit", 20}}},
        {"me.waiting", json::object()},
        {"me.counts", json::object()},
    };
    for (const Door& door : doors) {
        INFO(door.method);
        const std::size_t before = records(fjordvik).size();
        const auto answer = fjordvik.world.call(door.method, door.params, ada);
        REQUIRE(answer.has_value());
        std::set<std::string> streams;
        for (const AccessEntry& entry : records_since(fjordvik, before)) {
            CHECK(entry.record.method == door.method);
            CHECK(entry.actor == ada.text());
            CHECK(streams.insert(entry.record.stream.text()).second);
        }
        CHECK(streams.contains(stream_a));
        // What is listed of other cases is on record in theirs.
        for (const json& item : answer->value("items", json::array())) {
            const json& document = item.contains("document") ? item["document"] : item;
            if (document.contains("caseId")) {
                CHECK(streams.contains("case/" + document["caseId"].get<std::string>()));
            }
        }
    }
}

SCENARIO(
    "What nobody is shown leaves no record, and a forbidden look at one's own does",
    "[scenario][access-log]"
) {
    Fjordvik fjordvik;
    const std::size_t before = records(fjordvik).size();
    CHECK_FALSE(fjordvik.world
                    .call("case.overview", {{"caseId", test::case_a}}, fjordvik.actor("rolf"))
                    .has_value());
    CHECK(fjordvik.world.call("case.my-cases", {{"limit", 50}}, fjordvik.actor("lo")).has_value());
    CHECK(records_since(fjordvik, before).empty());

    REQUIRE(fjordvik
                .send(
                    "ada", "person.restrict-contact",
                    {{"personId", lo},
                     {"restrictedId", fjordvik.actor("anders").id},
                     {"reason", "Forbud."}}
                )
                .has_value());
    const std::size_t then = records(fjordvik).size();
    const access::Actor& anders = fjordvik.actor("anders");
    CHECK_FALSE(fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, anders).has_value()
    );
    CHECK_FALSE(fjordvik.world.call("stream.read", {{"stream", stream_a}}, anders).has_value());
    CHECK(fjordvik.world.call("case.my-cases", {{"limit", 50}}, anders).has_value());
    const auto refusals = records_since(fjordvik, then);
    CHECK(
        rules_of(refusals) == std::vector<std::string>{"contact.restricted", "contact.restricted"}
    );
    for (const AccessEntry& entry : refusals) {
        CHECK(entry.record.kind == dispatch::AccessRecord::Kind::refusal);
        CHECK(entry.record.stream.text() == stream_a);
        CHECK(names(entry, lo));
    }
}

SCENARIO("A search is on record whether it finds somebody or not", "[scenario][access-log]") {
    Fjordvik fjordvik;
    const access::Actor& liv = fjordvik.actor("liv");
    const auto search = [&](const char* token) {
        const std::size_t before = records(fjordvik).size();
        const auto found =
            fjordvik.world.call("person.search", {{"index", "byToken"}, {"equals", {token}}}, liv);
        REQUIRE(found.has_value());
        return std::pair((*found)["items"].size(), records_since(fjordvik, before));
    };
    const auto [none, without] = search("zzz");
    CHECK(none == 0);
    REQUIRE(without.size() == 1);
    CHECK(without.front().record.stream == dispatch::nobodys_stream());
    const auto [some, with] = search("testd");
    CHECK(some > 0);
    CHECK(with.size() == some + 1);
    for (const AccessEntry& entry : with) {
        CHECK(entry.record.kind == dispatch::AccessRecord::Kind::search);
    }
    // Each look counts: nobody's search stands for the next.
    CHECK(search("testd").second.size() == some + 1);
}

SCENARIO(
    "The same look within a minute is one record, until something has happened",
    "[scenario][access-log]"
) {
    Fjordvik fjordvik;
    const auto look = [&](const char* who) {
        const std::size_t before = records(fjordvik).size();
        REQUIRE(fjordvik.world.call("case.team", {{"caseId", test::case_a}}, fjordvik.actor(who))
                    .has_value());
        return records(fjordvik).size() - before;
    };
    CHECK(look("ada") == 1);
    CHECK(look("ada") == 0);
    CHECK(look("odd") == 1);  // Somebody else.
    WHEN("the minute has passed") {
        fjordvik.world.advance_to(fjordvik.world.clock().now() + limits::access_repeat_window);
        CHECK(look("ada") == 1);
    }
    WHEN("the case has changed") {
        REQUIRE(fjordvik
                    .send(
                        "ada", "case.invite-participant",
                        {{"caseId", test::case_a},
                         {"participantId", fjordvik.world.new_id()},
                         {"unitId", fjordvik.actor("rolf").unit},
                         {"staffId", fjordvik.actor("rolf").id},
                         {"role", "participant"},
                         {"topics", {"coordination"}}}
                    )
                    .has_value());
        CHECK(look("ada") == 1);
    }
}

SCENARIO("What a stale revision tells is on record first", "[scenario][access-log]") {
    Fjordvik fjordvik;
    const access::Actor& odd = fjordvik.actor("odd");
    const auto stale = [&] {
        return fjordvik.send(
            "odd", "case.close-need",
            {{"caseId", test::case_a},
             {"needId", "0192f0c1-0001-7000-8000-000000001202"},
             {"outcome", "met"},
             {"expectedRevision", "0"}}
        );
    };
    WHEN("it is told") {
        const std::size_t before = records(fjordvik).size();
        const auto refused = stale();
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::revision_conflict);
        const json told = json::parse(refused.error().data)["changes"];
        REQUIRE_FALSE(told.empty());
        const auto left = records_since(fjordvik, before);
        REQUIRE(left.size() == 1);
        CHECK(left.front().actor == odd.text());
        CHECK(left.front().record.method == "case.close-need");
        CHECK(left.front().record.stream.text() == stream_a);
        REQUIRE(left.front().record.revisions.has_value());
        CHECK(std::to_string(left.front().record.revisions->second) == told.back()["revision"]);
    }
    WHEN("it cannot be put on record") {
        fjordvik.world.refuse_commits([](const store::Commit& commit) {
            return commit.log.kind == store::LogKind::access
                       ? std::optional(Error{ErrorCode::read_only, "no space"})
                       : std::nullopt;
        });
        const auto refused = stale();
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::unavailable);
        CHECK(refused.error().data.find("changes") == std::string::npos);
    }
}

SCENARIO(
    "An emergency that its rules refuse is on record, where it told that there is a case",
    "[scenario][access-log]"
) {
    Fjordvik fjordvik;
    const auto start = [&](const char* as) {
        const std::size_t before = records(fjordvik).size();
        const auto refused = fjordvik.send(
            as, "break-glass.start",
            {{"caseId", test::case_a},
             {"grantId", fjordvik.world.new_id()},
             {"unitId", "0192f0c1-0000-7000-8000-000000001004"},
             {"reasonCode", "child-in-danger"},
             {"reason", "Politiet ringte: barnet er funnet alene ute om natten."},
             {"hours", 1}}
        );
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::rejected);
        return records_since(fjordvik, before);
    };
    CHECK(start("ada").empty());  // She coordinates it.
    const auto left = start("unni");
    REQUIRE(left.size() == 1);
    CHECK(left.front().record.kind == dispatch::AccessRecord::Kind::refusal);
    CHECK(left.front().record.stream.text() == stream_a);
    CHECK(names(left.front(), lo));
}

SCENARIO("Nothing is shown that cannot be put on record", "[scenario][access-log]") {
    Fjordvik fjordvik;
    fjordvik.world.refuse_commits([](const store::Commit& commit) {
        return commit.log.kind == store::LogKind::access
                   ? std::optional(Error{ErrorCode::read_only, "no space"})
                   : std::nullopt;
    });
    const access::Actor& ada = fjordvik.actor("ada");
    for (const auto& [method, params] : std::vector<std::pair<std::string, json>>{
             {"case.overview", {{"caseId", test::case_a}}},
             {"view.list", {{"view", "case.my-cases"}}},
             {"stream.read", {{"stream", stream_a}}},
             {"me.waiting", json::object()},
             {"person.search", {{"index", "byToken"}, {"equals", {"testd"}}}}
         }) {
        INFO(method);
        const auto refused = fjordvik.world.call(
            method, params, method == "person.search" ? fjordvik.actor("liv") : ada
        );
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::unavailable);
    }
    // What is about nobody, and what is one's own, is shown.
    CHECK(fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, fjordvik.actor("lo"))
              .has_value());
    fjordvik.world.refuse_commits(nullptr);
    CHECK(fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, ada).has_value());
}

SCENARIO("Live events are on record before they are sent", "[scenario][access-log]") {
    Fjordvik fjordvik;
    const auto hub = fjordvik.world.make_hub();
    test::Subscriber subscriber(*hub, 1);
    subscriber.actor = fjordvik.actor("ada");
    const auto step = [&] { fjordvik.world.settle(); };
    subscriptions::SubscribeRequest request;
    request.filter.streams = {stream_a};
    request.from = "head";
    const std::string id = subscriber.subscribe(request);
    (void)subscriber.ask_all(step);
    const auto record_need = [&] {
        REQUIRE(fjordvik
                    .send(
                        "ada", "case.record-need",
                        {{"caseId", test::case_a},
                         {"needId", fjordvik.world.new_id()},
                         {"lifeArea", "education"},
                         {"description", "Ro."}}
                    )
                    .has_value());
    };
    WHEN("an event comes") {
        const std::size_t before = records(fjordvik).size();
        record_need();
        const auto results = subscriber.ask_all(step);
        REQUIRE(test::event_ids(results).size() == 1);
        const auto left = records_since(fjordvik, before);
        REQUIRE(left.size() == 1);
        CHECK(left.front().record.method == "events.subscribe");
        CHECK(left.front().record.key == id);
        CHECK(left.front().record.stream.text() == stream_a);
        REQUIRE(left.front().record.revisions.has_value());
        CHECK(left.front().record.revisions->first == left.front().record.revisions->second);
    }
    WHEN("it cannot be put on record") {
        record_need();
        fjordvik.world.refuse_commits([](const store::Commit& commit) {
            return commit.log.kind == store::LogKind::access
                       ? std::optional(Error{ErrorCode::read_only, "no space"})
                       : std::nullopt;
        });
        const auto results = subscriber.ask_all(step);
        CHECK(test::event_ids(results).empty());
        REQUIRE(results.size() == 1);
        CHECK(results.front()["kind"] == "ended");
        CHECK(results.front()["reason"] == "unavailable");
        THEN("the events are there for who comes back to where it stood") {
            fjordvik.world.refuse_commits(nullptr);
            request.from = "start";
            (void)subscriber.subscribe(request);
            CHECK_FALSE(test::event_ids(subscriber.ask_all(step)).empty());
        }
    }
}

SCENARIO("A person sees who has read about them", "[scenario][access-log]") {
    Fjordvik fjordvik;
    const access::Actor& ada = fjordvik.actor("ada");
    REQUIRE(fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, ada).has_value());
    REQUIRE(fjordvik.world
                .call(
                    "person.search", {{"index", "byToken"}, {"equals", {"testd"}}},
                    fjordvik.actor("liv")
                )
                .has_value());
    const auto kinds = [](const json& rows) {
        std::set<std::string> out;
        for (const json& row : rows) {
            out.insert(row["actor"].get<std::string>() + " " + row["kind"].get<std::string>());
        }
        return out;
    };
    const std::set<std::string> expected{
        ada.text() + " read", fjordvik.actor("liv").text() + " search"
    };

    WHEN("the child asks") {
        const json rows = pages(fjordvik, "me.access-log", {{"limit", 1}}, fjordvik.actor("lo"));
        CHECK(kinds(rows) == expected);
        REQUIRE(rows.size() == 2);
        CHECK(rows[0]["at"] >= rows[1]["at"]);
        for (const json& row : rows) {
            CHECK(row.contains("purpose"));
            CHECK(row.contains("unit"));
            CHECK_FALSE(row.contains("key"));
        }
        THEN("that is their own business, and leaves no record") {
            CHECK(
                pages(fjordvik, "me.access-log", json::object(), fjordvik.actor("lo")).size() == 2
            );
        }
    }
    WHEN("a parent asks for a child under 12") {
        const std::size_t before = records(fjordvik).size();
        const json rows =
            pages(fjordvik, "me.access-log", {{"personId", lo}}, fjordvik.actor("marte"));
        CHECK(kinds(rows) == expected);
        for (const json& row : rows) {
            CHECK_FALSE(row.contains("topics"));
        }
        CHECK(records(fjordvik).size() > before);
    }
    WHEN("the child has turned twelve") {
        fjordvik.world.advance_to(*base::parse_timestamp("2028-05-12T08:00:00Z"));
        const auto refused =
            fjordvik.world.call("me.access-log", {{"personId", lo}}, fjordvik.actor("marte"));
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::not_found);
    }
    WHEN("somebody else asks") {
        for (const char* who : {"hilde", "ada"}) {
            const auto refused =
                fjordvik.world.call("me.access-log", {{"personId", lo}}, fjordvik.actor(who));
            REQUIRE_FALSE(refused.has_value());
            CHECK(refused.error().code == ErrorCode::not_found);
        }
    }
}

SCENARIO(
    "Who oversees access finds records by reader, person, case and time", "[scenario][access-log]"
) {
    Fjordvik fjordvik;
    const access::Actor& ada = fjordvik.actor("ada");
    const access::Actor privacy = officer(fjordvik);
    REQUIRE(fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, ada).has_value());
    fjordvik.world.advance_to(fjordvik.world.clock().now() + std::chrono::hours(1));
    const std::string later = base::to_text(fjordvik.world.clock().now());
    REQUIRE(fjordvik.world.call("case.team", {{"caseId", test::case_a}}, fjordvik.actor("odd"))
                .has_value());

    const json by_ada = pages(fjordvik, "access-log.list", {{"staffId", ada.id}}, privacy);
    CHECK(by_ada.size() == 1);
    CHECK(by_ada[0]["stream"] == stream_a);
    CHECK(std::ranges::count(by_ada[0]["persons"], lo) == 1);
    const json of_case = pages(
        fjordvik, "access-log.list", {{"caseId", test::case_a}, {"from", later}, {"limit", 1}},
        privacy
    );
    REQUIRE_FALSE(of_case.empty());
    std::set<std::string> actors;
    for (const json& row : of_case) {
        actors.insert(row["actor"]);
    }
    CHECK(actors.contains(fjordvik.actor("odd").text()));
    CHECK_FALSE(actors.contains(ada.text()));
    CHECK(
        pages(fjordvik, "access-log.list", {{"to", later}, {"kind", "read"}}, privacy).size() == 1
    );
    // By person: what was read in the child's case is about the child.
    bool ada_found = false;
    for (const json& row : pages(fjordvik, "access-log.list", {{"personId", lo}}, privacy)) {
        ada_found = ada_found || row["actor"] == ada.text();
    }
    CHECK(ada_found);

    THEN("looking is on record, too") {
        const auto all = records(fjordvik);
        const bool overseen = std::ranges::any_of(all, [&](const AccessEntry& entry) {
            return entry.actor == privacy.text() && entry.record.stream.text() == stream_a &&
                   entry.record.kind == dispatch::AccessRecord::Kind::oversight;
        });
        CHECK(overseen);
    }
    THEN("nobody else may") {
        access::Actor wrong = privacy;
        wrong.purpose = "coordination";
        const auto refused = fjordvik.world.call("access-log.list", json::object(), wrong);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::denied);
        const auto by_staff = fjordvik.world.call("access-log.list", json::object(), ada);
        REQUIRE_FALSE(by_staff.has_value());
        CHECK(by_staff.error().code == ErrorCode::denied);
    }
}

SCENARIO(
    "What stands out among the reads is shown to the privacy officer", "[scenario][access-log]"
) {
    Fjordvik fjordvik;
    REQUIRE(fjordvik
                .send(
                    "liv", "person.set-address-protection",
                    {{"personId", lo}, {"level", "confidential"}, {"reason", "Sperret adresse."}}
                )
                .has_value());
    REQUIRE(fjordvik.world.call("case.overview", {{"caseId", test::case_a}}, fjordvik.actor("ada"))
                .has_value());
    access::Actor roaming = fjordvik.actor("mona");
    roaming.unit.clear();
    REQUIRE(fjordvik.world
                .call("person.search", {{"index", "byToken"}, {"equals", {"testd"}}}, roaming)
                .has_value());
    const auto answer =
        fjordvik.world.call("access-log.patterns", json::object(), officer(fjordvik));
    REQUIRE(answer.has_value());
    std::set<std::string> lines;
    for (const json& one : (*answer)["patterns"]) {
        lines.insert(one["pattern"].get<std::string>() + " " + one["actor"].get<std::string>());
    }
    CHECK(lines.contains("protected-person " + fjordvik.actor("ada").text()));
    CHECK(lines.contains("search-without-unit " + roaming.text()));
    CHECK_FALSE(lines.contains("many-lookups " + roaming.text()));
}

SCENARIO("No method writes the access log", "[scenario][access-log]") {
    Fjordvik fjordvik;
    const std::size_t before = records(fjordvik).size();
    for (const std::string& method : fjordvik.world.dispatcher().method_names()) {
        if (method.starts_with("access-log.") || method == "me.access-log") {
            CHECK(
                (method.ends_with(".list") || method.ends_with(".patterns") ||
                 method.starts_with("me."))
            );
        }
    }
    const auto unknown =
        fjordvik.world.command("access-log.append", json::object(), fjordvik.actor("jon"));
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == ErrorCode::unsupported);
    CHECK(records(fjordvik).size() == before);
}
