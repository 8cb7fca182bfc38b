#include "timers/system_command.hpp"

#include <catch2/catch.hpp>

#include <samvev/json.hpp>

#include "support/store_commits.hpp"

using namespace samvev;
using timers::Verdict;

namespace {

json params_with(std::string_view data, const std::string& kind = "case") {
    const store::StreamId target{kind, test::numbered_uuid(5)};
    const dispatch::Request request = timers::make_request(
        {store::TenantId(9999), "individual-plan", "system:timer", "individual-plan.mark-stale",
         target, test::numbered_uuid(6), data}
    );
    CHECK(request.method == "individual-plan.mark-stale");
    REQUIRE(request.actor != nullptr);
    CHECK(request.actor->text() == "system/individual-plan");
    CHECK(request.actor->tenant == 9999);
    CHECK(request.actor->roles == std::vector<std::string>{"system:timer"});
    CHECK_FALSE(request.due_at.has_value());
    return json::parse(request.params);
}

}  // namespace

TEST_CASE("A system command has its target, its id and the module's data", "[timers]") {
    CHECK(params_with(R"( { "planId": "p", "n": {"a": "}"} } )") == json::parse(R"({
        "caseId": "01000000-0000-0000-0000-000000000005",
        "commandId": "01000000-0000-0000-0000-000000000006",
        "planId": "p",
        "n": {"a": "}"}
    })"));
    for (const char* const empty : {"{}", " { } ", "{\n}", ""}) {
        INFO(empty);
        CHECK(params_with(empty).size() == 2);
    }
    CHECK(params_with("{}", "concern-report").contains("concernReportId"));
}

TEST_CASE("An answer counts, is a refusal, a fault, or a reason to try later", "[timers]") {
    const auto verdict = [](ErrorCode code) {
        return timers::judge(Result<std::string>(fail(code, "")));
    };
    CHECK(timers::judge(Result<std::string>(std::string("{}"))) == Verdict::done);
    for (const ErrorCode code :
         {ErrorCode::rejected, ErrorCode::invalid_argument, ErrorCode::not_found,
          ErrorCode::unsupported, ErrorCode::denied, ErrorCode::claim_taken}) {
        CHECK(verdict(code) == Verdict::refused);
    }
    for (const ErrorCode code :
         {ErrorCode::module_fault, ErrorCode::internal, ErrorCode::corrupt}) {
        CHECK(verdict(code) == Verdict::faulted);
    }
    for (const ErrorCode code :
         {ErrorCode::overloaded, ErrorCode::unavailable, ErrorCode::revision_conflict,
          ErrorCode::read_only, ErrorCode::outcome_unknown, ErrorCode::cancelled,
          ErrorCode::busy}) {
        CHECK(verdict(code) == Verdict::later);
    }
}
