#include <catch2/catch.hpp>

#include "access/local_day.hpp"
#include "base/calendar_text.hpp"
#include "base/limits.hpp"
#include "scenario/fjordvik.hpp"

using namespace samvev;
using test::Fjordvik;

// Children without eID and relatives, let in by a code (X15): Ada coordinates case A, which is
// about Lo, who is 10; Marte is a parent; Odd takes part; Pia's case is another.
namespace {

constexpr std::uint32_t fjordvik_tenant = 9999;
constexpr const char* lo = "0192f0c1-0000-7000-8000-000000003001";
constexpr const char* marte = "0192f0c1-0000-7000-8000-000000003101";
constexpr const char* aron = "0192f0c1-0000-7000-8000-000000003012";
constexpr const char* case_of_aron = "0192f0c1-0000-7000-8000-00000000c012";
constexpr const char* case_of_pia = "0192f0c1-0000-7000-8000-00000000c002";
constexpr const char* invitation = "0192f0c1-0001-7000-8000-0000000038a1";
constexpr const char* another = "0192f0c1-0001-7000-8000-0000000038a2";
const std::string stream_a = std::string("case/") + test::case_a;

json invite(const std::string& person = lo, const std::string& id = invitation) {
    return {{"caseId", test::case_a}, {"invitationId", id}, {"childId", lo}, {"personId", person}};
}

json must(const Result<json>& answer) {
    INFO((answer ? std::string() : answer.error().message + answer.error().data));
    REQUIRE(answer.has_value());
    return *answer;
}

std::string code_of(const Result<json>& answer) {
    return must(answer).at("code").get<std::string>();
}

std::string rejection_of(const Result<json>& answer) {
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == ErrorCode::rejected);
    return json::parse(answer.error().data)["rejections"][0]["code"];
}

// A town with a door.
struct Door {
    Fjordvik town;
    std::unique_ptr<access::Invitations> invitations = town.world.make_invitations();

    Result<access::Invitations::Device> redeem(const std::string& code) {
        std::optional<Result<access::Invitations::Device>> out;
        invitations->redeem(code, [&out](auto device) { out = std::move(device); });
        town.world.settle();
        REQUIRE(out.has_value());
        return std::move(*out);
    }
    std::string device(const std::string& code) {
        auto device = redeem(code);
        REQUIRE(device.has_value());
        return device->cookie;
    }
    // "in", or the refusal's message.
    std::string verdict(const std::string& code) {
        const auto device = redeem(code);
        if (device) {
            return "in";
        }
        CHECK(device.error().code == ErrorCode::unauthenticated);
        CHECK(json::parse(device.error().data)["reason"] == "code");
        return device.error().message;
    }
    access::Actor who(const std::string& cookie) {
        const auto actor = invitations->use(cookie, {});
        REQUIRE(actor.has_value());
        return *actor;
    }
    bool is_in(const std::string& cookie) {
        const auto actor = invitations->use(cookie, {});
        if (!actor) {
            CHECK(actor.error().code == ErrorCode::unauthenticated);
            CHECK(json::parse(actor.error().data)["reason"] == "expired");
        }
        return actor.has_value();
    }
    Result<json> call(const std::string& method, const json& params, const access::Actor& as) {
        return town.world.call(method, params, as);
    }
    std::string state_of(const std::string& id) {
        const auto page = town.world.call(
            "invitation.invitations",
            {{"index", "byCase"}, {"equals", {test::case_a}}, {"limit", 20}}, town.actor("ada")
        );
        const json rows = must(page)["items"];
        for (const json& row : rows) {
            if (row["document"]["invitationId"] == id) {
                return row["document"]["state"];
            }
        }
        return "none";
    }
    void pass(std::chrono::days days) { town.world.advance_to(town.world.clock().now() + days); }
};

}  // namespace

SCENARIO("A child without eID is let in by a code, to its own case", "[scenario][invitation]") {
    Door door;
    const Result<json> answer = door.town.send("ada", "invitation.invite", invite());
    const std::string code = code_of(answer);
    CHECK(door.state_of(invitation) == "open");
    const std::string cookie = door.device(code);
    CHECK(door.state_of(invitation) == "redeemed");
    const access::Actor child = door.who(cookie);
    CHECK(child.text() == std::string("person/") + lo);
    CHECK(child.roles == std::vector<std::string>{"child"});
    CHECK(child.assurance == access::Assurance::low);
    CHECK(child.tenant == fjordvik_tenant);

    THEN("the code is in no event, and neither is what the device has") {
        const auto read = door.call(
            "stream.read", {{"stream", stream_a}, {"limit", 200}}, door.town.actor("ada")
        );
        const std::string history = must(read).dump();
        CHECK(history.find(code.substr(5)) == std::string::npos);
        CHECK(history.find(code.substr(10)) == std::string::npos);
        CHECK(history.find(cookie) == std::string::npos);
        CHECK(door.town.count("invitation.redeemed", test::case_a) == 1);
    }
    THEN("the code works once") {
        CHECK(door.verdict(code) != "in");
        CHECK(door.is_in(cookie));
    }
    THEN("it sees what a low level may see of its own case, and nothing of others") {
        const json own = must(door.call("case.overview", {{"caseId", test::case_a}}, child));
        CHECK(own["document"]["personId"] == lo);
        const json events =
            must(door.call("stream.read", {{"stream", stream_a}, {"limit", 200}}, child))["events"];
        CHECK_FALSE(events.empty());
        for (const json& event : events) {
            INFO(event.dump());
            CHECK(event["topic"] != "health");
            CHECK(event["type"] != "no.samvev.case.participation-recorded.v1");
        }
        const auto others = door.call("case.overview", {{"caseId", case_of_pia}}, child);
        REQUIRE_FALSE(others.has_value());
        CHECK(others.error().code == ErrorCode::not_found);
        const auto person = door.call(
            "stream.read", {{"stream", std::string("person/") + lo}, {"limit", 10}}, child
        );
        REQUIRE_FALSE(person.has_value());
        CHECK(person.error().code == ErrorCode::not_found);
    }
    THEN("it says its own, and does what takes a stronger login no more than before") {
        const json view{
            {"caseId", test::case_a},
            {"participationId", door.town.world.new_id()},
            {"context", "plan"},
            {"code", "1.1"},
            {"view", "Jeg vil ha ro når jeg leser."}
        };
        must(door.town.world.command("case.record-participation", view, child));
        const json need{
            {"caseId", test::case_a},
            {"needId", door.town.world.new_id()},
            {"lifeArea", "education"},
            {"description", "Ro til lekser."}
        };
        const auto refused = door.town.world.command("case.record-need", need, child);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::unauthenticated);
        CHECK(json::parse(refused.error().data)["reason"] == "login_level");
        CHECK(json::parse(refused.error().data)["acr"] == "substantial");
    }
    THEN("who logs in weakly without an invitation is told to log in better") {
        access::Actor weak = child;
        weak.invitation.clear();
        weak.invited_to.clear();
        const auto refused = door.call("case.overview", {{"caseId", test::case_a}}, weak);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::unauthenticated);
    }
    WHEN("the coordinator withdraws it") {
        std::vector<std::string> over;
        door.town.world.facts().on_invitation_over([&over](store::TenantId, const std::string& id) {
            over.push_back(id);
        });
        const auto feed = door.town.world.make_hub();
        must(door.town.send(
            "ada", "invitation.withdraw",
            {{"caseId", test::case_a}, {"invitationId", invitation}, {"reason", "Borte."}}
        ));
        THEN("the device is shut out at once, and an actor that is still held sees nothing") {
            CHECK(over == std::vector<std::string>{invitation});
            CHECK_FALSE(door.is_in(cookie));
            const auto late = door.call("case.overview", {{"caseId", test::case_a}}, child);
            REQUIRE_FALSE(late.has_value());
            CHECK(late.error().code == ErrorCode::not_found);
            CHECK(door.state_of(invitation) == "withdrawn");
        }
    }
    WHEN("somebody signs out on the device") {
        bool ended = false;
        door.invitations->end(cookie, [&ended](const Result<void>& done) {
            ended = done.has_value();
        });
        door.town.world.settle();
        THEN("it is known no more") {
            CHECK(ended);
            CHECK_FALSE(door.is_in(cookie));
            CHECK(door.state_of(invitation) == "signed-out");
        }
    }
    WHEN("its time is over") {
        CHECK(
            door.invitations->use(cookie, {})->expires_at ==
            *base::parse_timestamp("2027-06-21T22:00:00Z")
        );
        door.pass(std::chrono::days(91));
        THEN("the device is shut out and that is on record") {
            CHECK_FALSE(door.is_in(cookie));
            CHECK(door.state_of(invitation) == "expired");
        }
    }
    WHEN("the command is sent again") {
        const std::string command = (*answer)["commandId"];
        json same = invite();
        same["commandId"] = command;
        THEN("it is answered, but for the code, which was shown once") {
            const json again = must(door.town.send("ada", "invitation.invite", same));
            CHECK(again["revision"] == (*answer)["revision"]);
            CHECK_FALSE(again.contains("code"));
        }
    }
    WHEN("a cookie is changed, or is another device's") {
        THEN("it is nobody's") {
            std::string other = cookie;
            other.back() = other.back() == 'A' ? 'Q' : 'A';
            CHECK_FALSE(door.is_in(other));
            CHECK_FALSE(door.invitations->is_device(cookie.substr(1)));
        }
    }
}

SCENARIO("A code that is no good answers alike, whatever is wrong", "[scenario][invitation]") {
    Door door;
    const std::string code = code_of(door.town.send("ada", "invitation.invite", invite()));
    std::string wrong = code;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    const std::string refusal = door.verdict(wrong);
    CHECK(refusal != "in");
    CHECK(door.verdict("9999-0000-0000-0000") == refusal);
    CHECK(door.verdict("9998" + code.substr(4)) == refusal);
    CHECK(door.verdict("no code") == refusal);

    SECTION("too many of them lock the invitation, and no others") {
        const std::string parents =
            code_of(door.town.send("ada", "invitation.invite", invite(marte, another)));
        for (std::size_t i = 1; i < limits::code_attempts_max; ++i) {
            CHECK(door.state_of(invitation) == "open");
            CHECK(door.verdict(wrong) == refusal);
        }
        CHECK(door.state_of(invitation) == "locked");
        CHECK(door.verdict(code) == refusal);
        const access::Actor parent = door.who(door.device(parents));
        CHECK(parent.text() == std::string("person/") + marte);
        CHECK(parent.roles == std::vector<std::string>{"guardian", "trusted-person"});
        must(door.call("case.overview", {{"caseId", test::case_a}}, parent));
    }
    SECTION("one that was withdrawn is none") {
        must(door.town.send(
            "ada", "invitation.withdraw", {{"caseId", test::case_a}, {"invitationId", invitation}}
        ));
        CHECK(door.verdict(code) == refusal);
    }
    SECTION("one that was too old is none") {
        door.pass(std::chrono::days(15));
        CHECK(door.state_of(invitation) == "expired");
        CHECK(door.verdict(code) == refusal);
    }
    SECTION("a new one takes its place") {
        const std::string next =
            code_of(door.town.send("ada", "invitation.invite", invite(lo, another)));
        CHECK(door.verdict(code) == refusal);
        CHECK(door.state_of(invitation) == "withdrawn");
        CHECK(door.verdict(next) == "in");
    }
    SECTION("however it is typed, a right one is right") {
        std::string typed = "  ";
        for (const char c : code) {
            typed.push_back(c == '-' ? ' ' : static_cast<char>(std::tolower(c)));
        }
        CHECK(door.verdict(typed) == "in");
    }
}

SCENARIO("Who may be invited, and by whom", "[scenario][invitation]") {
    Door door;
    const auto refusal = [&](const json& params, const char* as = "ada") {
        return rejection_of(door.town.send(as, "invitation.invite", params));
    };
    CHECK(refusal(invite(aron)) == "invitation.no-relation");
    CHECK(refusal(invite("0192f0c1-0000-7000-8000-00000000ffff")) == "invitation.person-unknown");
    json other_child = invite(aron);
    other_child["childId"] = aron;
    CHECK(refusal(other_child) == "invitation.other-child");
    json long_time = invite();
    long_time["until"] = "2027-09-20";
    CHECK(refusal(long_time) == "invitation.until-out-of-range");
    long_time["until"] = "2027-03-22";
    CHECK(refusal(long_time) == "invitation.until-out-of-range");

    SECTION("nobody but the coordinator") {
        for (const char* as : {"odd", "rolf"}) {
            const auto refused = door.town.send(as, "invitation.invite", invite());
            REQUIRE_FALSE(refused.has_value());
            CHECK(
                (refused.error().code == ErrorCode::denied ||
                 refused.error().code == ErrorCode::not_found)
            );
        }
    }
    SECTION("not the server's own part of it by hand") {
        const auto refused = door.town.send(
            "ada", "invitation.redeem",
            {{"caseId", test::case_a},
             {"invitationId", invitation},
             {"deviceDigest", std::string(43, 'A')}}
        );
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::unsupported);
    }
    SECTION("nobody makes a code of their own") {
        json forged = invite();
        forged["codeDigest"] = std::string(43, 'A');
        const auto refused = door.town.send("ada", "invitation.invite", forged);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::invalid_argument);
    }
    SECTION("not who must be kept away") {
        must(door.town.send(
            "ada", "person.restrict-contact",
            {{"personId", lo}, {"restrictedId", marte}, {"reason", "Besøksforbud."}}
        ));
        CHECK(refusal(invite(marte)) == "invitation.contact-restricted");
    }
    SECTION("not a child that logs in by itself") {
        json old = invite(aron);
        old["caseId"] = case_of_aron;
        old["childId"] = aron;
        CHECK(refusal(old, "rolf") == "invitation.old-enough");
    }
    SECTION("a child's device until it is 15") {
        door.town.world.advance_to(*base::parse_timestamp("2031-05-01T08:00:00Z"));
        const auto answer = door.town.send("ada", "invitation.invite", invite());
        if (answer) {
            const std::string cookie = door.device(code_of(answer));
            CHECK(
                door.invitations->use(cookie, {})->expires_at ==
                *base::parse_timestamp("2031-05-11T22:00:00Z")
            );
        } else {
            FAIL(answer.error().message + answer.error().data);
        }
    }
    SECTION("five devices of one person, and no sixth") {
        for (int i = 0; i < 5; ++i) {
            const std::string id = door.town.world.new_id();
            CHECK(
                door.verdict(code_of(door.town.send("ada", "invitation.invite", invite(lo, id)))) ==
                "in"
            );
        }
        CHECK(refusal(invite()) == "invitation.too-many");
    }
}
