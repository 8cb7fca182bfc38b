#include "app/client/rpc_client.hpp"

#include <samvev/json.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <vector>

#include "unit/app/fake_rpc_server.hpp"

using samvev::ErrorCode;
using samvev::json;
using samvev::client::make_rpc_client;
using samvev::client::RpcClientSettings;
using samvev::client::RpcError;
using samvev::client::RpcReply;
using samvev::test::FakeRpcServer;

namespace {

std::string result_frame(const json& id, const json& result) {
    return json{{"jsonrpc", "2.0"}, {"id", id}, {"result", result}}.dump();
}
std::string error_frame(const json& id, int code, const json& data = json::object()) {
    return json{
        {"jsonrpc", "2.0"},
        {"id", id},
        {"error", {{"code", code}, {"message", "m"}, {"data", data}}}
    }.dump();
}
// Answers with the call's own params.
std::string echo(const std::string& message) {
    const json call = json::parse(message);
    return result_frame(call.at("id"), call.at("params"));
}

RpcClientSettings settings_for(const FakeRpcServer& server) {
    RpcClientSettings settings;
    settings.endpoint = server.endpoint();
    settings.token = "t";
    settings.first_patience = std::chrono::seconds(20);
    settings.patience = std::chrono::seconds(20);
    return settings;
}

}  // namespace

TEST_CASE("A call gets its result, an error is handed on with its data", "[app][client]") {
    FakeRpcServer server([](const std::string& message) {
        const json call = json::parse(message);
        return call.at("method") == "no"
                   ? error_frame(
                         call.at("id"), 42201,
                         {{"rejections", {{{"code", "a.b"}, {"field", "/x"}}}}}
                     )
                   : result_frame(call.at("id"), call.at("params"));
    });
    const auto client = make_rpc_client(settings_for(server));
    CHECK(client->call("yes", R"({"a":1})")->result == R"({"a":1})");
    const auto refused = client->call("no", "{}");
    REQUIRE(refused);
    REQUIRE(refused->error);
    CHECK(refused->error->code == 42201);
    CHECK(to_text(*refused->error) == "42201 m; a.b (/x)");
}

TEST_CASE("Many calls are open at a time, and one may send the next", "[app][client]") {
    FakeRpcServer server(echo);
    const auto client = make_rpc_client(settings_for(server));
    std::vector<int> answered;
    for (int i = 0; i < 100; ++i) {
        client->send("m", json{{"i", i}}.dump(), [&](const RpcReply& reply) {
            const int number = json::parse(reply.result).at("i");
            answered.push_back(number);
            if (number < 10) {
                client->send("m", json{{"i", number + 1000}}.dump(), [&](const RpcReply& later) {
                    answered.push_back(json::parse(later.result).at("i"));
                });
            }
        });
    }
    REQUIRE(client->run_until(0));
    CHECK(answered.size() == 110);
    CHECK(client->open_calls() == 0);
    CHECK(server.connections() == 1);
}

TEST_CASE("What was open when the connection broke is sent again, in order", "[app][client]") {
    std::vector<int> seen;
    int messages = 0;
    FakeRpcServer server([&](const std::string& message) {
        if (++messages % 7 == 0) {
            return std::string();
        }
        seen.push_back(json::parse(message).at("params").at("i"));
        return echo(message);
    });
    const auto client = make_rpc_client(settings_for(server));
    std::vector<int> answered;
    for (int i = 0; i < 40; ++i) {
        client->send("m", json{{"i", i}}.dump(), [&](const RpcReply& reply) {
            answered.push_back(json::parse(reply.result).at("i"));
        });
    }
    REQUIRE(client->run_until(0));
    REQUIRE(answered.size() == 40);
    for (int i = 0; i < 40; ++i) {
        CHECK(answered[static_cast<std::size_t>(i)] == i);
    }
    CHECK(server.connections() > 1);
    // At least once: nothing was left out, something may have come twice.
    CHECK(seen.size() >= 40);
}

TEST_CASE("A server that says later is asked again later", "[app][client]") {
    for (const int code : {50304, 50301, 50302, 50305, 42901, 42902}) {
        int messages = 0;
        FakeRpcServer server([&](const std::string& message) {
            return ++messages <= 2
                       ? error_frame(json::parse(message).at("id"), code, {{"retryAfterMs", 5}})
                       : echo(message);
        });
        const auto client = make_rpc_client(settings_for(server));
        const auto reply = client->call("m", "{}");
        REQUIRE(reply);
        CHECK_FALSE(reply->error);
        CHECK(messages == 3);
    }
}

TEST_CASE("A refused token ends it at once", "[app][client]") {
    FakeRpcServer at_the_door(echo, [](const std::string& authorization) {
        return authorization == "Bearer good" ? 101 : 401;
    });
    RpcClientSettings settings = settings_for(at_the_door);
    settings.token = "bad";
    CHECK(make_rpc_client(settings)->call("m", "{}").error().code == ErrorCode::unauthenticated);
    settings.token = "good";
    CHECK(make_rpc_client(settings)->call("m", "{}"));

    FakeRpcServer inside([](const std::string& message) {
        return error_frame(json::parse(message).at("id"), 40102);
    });
    CHECK(
        make_rpc_client(settings_for(inside))->call("m", "{}").error().code ==
        ErrorCode::unauthenticated
    );
}

TEST_CASE(
    "A server that is not there, or never answers, is given up with its address", "[app][client]"
) {
    RpcClientSettings settings;
    {
        const FakeRpcServer gone(echo);
        settings = settings_for(gone);
    }
    settings.first_patience = std::chrono::seconds(1);
    const auto absent = make_rpc_client(settings)->call("m", "{}");
    CHECK(absent.error().code == ErrorCode::unavailable);
    CHECK(absent.error().message.find(settings.endpoint.url()) == 0);

    FakeRpcServer breaking([](const std::string&) { return std::string(); });
    settings = settings_for(breaking);
    settings.patience = std::chrono::seconds(1);
    CHECK(make_rpc_client(settings)->call("m", "{}").error().code == ErrorCode::unavailable);
}

TEST_CASE("Another service at the address is told apart", "[app][client]") {
    FakeRpcServer server(echo, [](const std::string&) { return 404; });
    CHECK(
        make_rpc_client(settings_for(server))->call("m", "{}").error().code ==
        ErrorCode::unsupported
    );
}

TEST_CASE("Notifications are passed over", "[app][client]") {
    FakeRpcServer server([](const std::string& message) {
        // Two frames cannot be sent as one answer; the first call is answered by a notification.
        return json::parse(message).at("params").contains("first")
                   ? std::string(R"({"jsonrpc":"2.0","method":"session.hello","params":{}})")
                   : echo(message);
    });
    const auto client = make_rpc_client(settings_for(server));
    client->send("m", R"({"first":true})", [](const RpcReply&) {});
    client->send("m", R"({"second":true})", [](const RpcReply&) {});
    REQUIRE(client->run_until(1));
    CHECK(client->open_calls() == 1);
}
