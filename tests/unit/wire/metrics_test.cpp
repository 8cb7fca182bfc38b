#include "wire/metrics.hpp"

#include <catch2/catch.hpp>

#include "wire/exposition.hpp"

using namespace samvev::wire;
using std::chrono::microseconds;

namespace {

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("Calls are counted by method and code, unknown methods as other", "[wire][metrics]") {
    Metrics metrics({"b.second", "a.first", "b.second"});
    metrics.call_ended(metrics.find_method("a.first"), 0, microseconds(90));
    metrics.call_ended(metrics.find_method("a.first"), 0, microseconds(110));
    metrics.call_ended(metrics.find_method("a.first"), 42201, microseconds(20'000'000));
    metrics.call_ended(metrics.find_method("b.second"), -32602, microseconds(1));
    metrics.call_ended(metrics.find_method("made.up"), -32601, microseconds(1));
    const std::string text = metrics.text();
    CHECK(has_line(text, R"(samvev_rpc_requests_total{method="a.first",code="0"} 2)"));
    CHECK(has_line(text, R"(samvev_rpc_requests_total{method="a.first",code="42201"} 1)"));
    CHECK(has_line(text, R"(samvev_rpc_requests_total{method="b.second",code="-32602"} 1)"));
    CHECK(has_line(text, R"(samvev_rpc_requests_total{method="other",code="-32601"} 1)"));
    CHECK(text.find("made.up") == std::string::npos);
    CHECK(has_line(text, R"(samvev_rpc_duration_seconds_bucket{method="a.first",le="0.0001"} 1)"));
    CHECK(has_line(text, R"(samvev_rpc_duration_seconds_bucket{method="a.first",le="0.00025"} 2)"));
    CHECK(has_line(text, R"(samvev_rpc_duration_seconds_bucket{method="a.first",le="10"} 2)"));
    CHECK(has_line(text, R"(samvev_rpc_duration_seconds_bucket{method="a.first",le="+Inf"} 3)"));
    CHECK(has_line(text, R"(samvev_rpc_duration_seconds_count{method="a.first"} 3)"));
}

TEST_CASE("Closes and refused tokens are counted under names that are bounded", "[wire][metrics]") {
    Metrics metrics({});
    metrics.socket_closed(1000, Initiator::client);
    metrics.socket_closed(4430, Initiator::server);
    metrics.socket_closed(3777, Initiator::client);
    metrics.token_refused("expired");
    metrics.token_refused("a reason nobody knows");
    const std::string text = metrics.text();
    CHECK(has_line(text, R"(samvev_ws_closes_total{code="1000",initiator="client"} 1)"));
    CHECK(has_line(text, R"(samvev_ws_closes_total{code="4430",initiator="server"} 1)"));
    CHECK(has_line(text, R"(samvev_ws_closes_total{code="other",initiator="client"} 1)"));
    CHECK(has_line(text, R"(samvev_auth_failures_total{reason="expired"} 1)"));
    CHECK(has_line(text, R"(samvev_auth_failures_total{reason="other"} 1)"));
}

TEST_CASE("Label values are escaped", "[wire][exposition]") {
    std::string out;
    append_sample(out, "m", {{"a", "q\"b\\n\n"}, {"c", "d"}}, std::uint64_t{7});
    append_sample(out, "m", {}, 0.25);
    CHECK(out == "m{a=\"q\\\"b\\\\n\\n\",c=\"d\"} 7\nm 0.25\n");
}
