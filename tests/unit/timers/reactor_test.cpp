#include "timers/reactor.hpp"

#include <catch2/catch.hpp>

#include <samvev/json.hpp>
#include <set>

#include "base/executor.hpp"
#include "base/limits.hpp"
#include "support/fake_dispatcher.hpp"
#include "support/fake_module.hpp"
#include "support/faulty_table.hpp"
#include "support/random_seed.hpp"
#include "support/reacting_module.hpp"
#include "support/store_commits.hpp"
#include "timers/reaction.hpp"

using namespace samvev;
using test::FakeDispatcher;
using test::ReactingModule;

namespace {

namespace bounds = limits;
using Commands = std::vector<modules::CommandOut>;

Result<std::string> no(ErrorCode code) {
    return fail(code, "it says no");
}

modules::CommandOut command(
    std::string label, std::string name = "follow.note", std::uint64_t stream = 50
) {
    return {
        std::move(label), std::move(name), "case", test::numbered_uuid(stream).text(), "{\"n\":1}"
    };
}

struct Bench {
    Bench()
        : log(store::make_memory_event_log()), inner(store::make_memory_table()), table(*inner) {
        add_module("follow", [this](const modules::EventIn& event) -> Result<Commands> {
            seen.push_back(std::string(event.type));
            return react ? react(event) : Result<Commands>(Commands{command("a")});
        });
        restart();
    }

    void add_module(const std::string& id, ReactingModule::React function) {
        reactions[id] = std::move(function);
    }
    void restart() {
        reactor.reset();
        std::vector<std::unique_ptr<modules::Module>> list;
        for (const auto& [id, function] : reactions) {
            list.push_back(std::make_unique<ReactingModule>(
                id, std::vector<std::string>{"case.closed", id + ".noted"},
                std::vector<std::string>{id + ".note", id + ".tell"}, function
            ));
        }
        registry = test::make_fake_registry(std::move(list));
        reactor = timers::make_reactor({*log, *registry, dispatcher, table});
    }
    void write(const std::string& type, std::uint32_t tenant = 9999) {
        store::NewEvent event = test::new_event(++last_id);
        event.type = type;
        write(std::move(event), tenant, {}, {});
    }
    void write(
        store::NewEvent event, std::uint32_t tenant, const std::string& role,
        std::optional<base::Uuid> command_id
    ) {
        store::Commit commit = test::commit_of(
            {{test::case_stream(1), store::ExpectedRevision::any(), {std::move(event)}}},
            test::domain_log(tenant)
        );
        commit.actor.role = role;
        commit = test::with_command(std::move(commit), last_id);
        if (command_id) {
            commit.idempotency->id = store::CommandId(*command_id);
        }
        REQUIRE(log->append(std::move(commit)).has_value());
    }
    void settle() {
        reactor->wake();
        while (reactor->step()) {
        }
    }
    [[nodiscard]] std::vector<std::string> command_ids() const {
        std::vector<std::string> ids;
        for (const dispatch::Request& request : dispatcher.requests) {
            ids.push_back(json::parse(request.params)["commandId"]);
        }
        return ids;
    }

    std::unique_ptr<store::EventLog> log;
    std::unique_ptr<store::Table> inner;
    test::FaultyTable table;
    std::map<std::string, ReactingModule::React> reactions;
    std::function<Result<Commands>(const modules::EventIn&)> react;
    std::unique_ptr<modules::Registry> registry;
    FakeDispatcher dispatcher;
    std::unique_ptr<timers::Reactor> reactor;
    std::vector<std::string> seen;
    std::uint64_t last_id = 100;
};

}  // namespace

TEST_CASE("An event becomes the commands its module asks for", "[timers][reactor]") {
    Bench bench;
    bench.write("case.opened");
    bench.write("case.closed");
    bench.settle();
    CHECK(bench.seen == std::vector<std::string>{"case.closed"});
    REQUIRE(bench.dispatcher.requests.size() == 1);
    const dispatch::Request& request = bench.dispatcher.requests[0];
    CHECK(request.method == "follow.note");
    CHECK(request.actor->text() == "system/follow");
    CHECK(request.actor->roles == std::vector<std::string>{"system:reaction"});
    CHECK(request.actor->tenant == 9999);
    const json params = json::parse(request.params);
    CHECK(params["caseId"] == test::numbered_uuid(50).text());
    CHECK(params["n"] == 1);
    CHECK(base::Uuid::parse(params["commandId"].get<std::string>()).has_value());
    CHECK_FALSE(bench.reactor->step());
    CHECK(bench.reactor->parked().empty());
}

TEST_CASE(
    "A module that is new on an old log does not react to what was before", "[timers][reactor]"
) {
    Bench bench;
    bench.write("case.closed");
    bench.settle();
    CHECK(bench.dispatcher.requests.size() == 1);
    int late = 0;
    bench.add_module("late", [&late](const modules::EventIn&) -> Result<Commands> {
        ++late;
        return Commands{};
    });
    bench.restart();
    bench.settle();
    CHECK(late == 0);
    bench.write("case.closed");
    bench.settle();
    CHECK(late == 1);
    CHECK(bench.dispatcher.requests.size() == 2);
}

TEST_CASE("A tenant that comes later is reacted to from its first event", "[timers][reactor]") {
    Bench bench;
    bench.write("case.closed", 1111);
    bench.settle();
    CHECK(bench.dispatcher.requests.size() == 1);
    // Its first events are written, and the process dies before the reactor saw the tenant.
    bench.write("case.closed", 2222);
    bench.write("case.closed", 2222);
    bench.restart();
    bench.settle();
    CHECK(bench.dispatcher.requests.size() == 3);
    CHECK(bench.dispatcher.requests[2].actor->tenant == 2222);
}

TEST_CASE("The commands of an event go one by one, and the next event waits", "[timers][reactor]") {
    Bench bench;
    bench.react = [](const auto&) {
        return Commands{command("a"), command("b", "follow.tell"), command("c")};
    };
    bench.dispatcher.answer = [](const auto&) { return std::nullopt; };
    bench.write("case.closed");
    bench.write("case.closed");
    bench.settle();
    CHECK(bench.dispatcher.methods_as_text() == "follow.note");
    bench.dispatcher.complete(std::string("{}"));
    bench.settle();
    bench.dispatcher.complete(std::string("{}"));
    bench.settle();
    CHECK(bench.dispatcher.methods_as_text() == "follow.note follow.tell follow.note");
    CHECK(bench.seen.size() == 1);
    bench.dispatcher.complete(std::string("{}"));
    bench.settle();
    CHECK(bench.seen.size() == 2);
    const auto ids = bench.command_ids();
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 4);
}

TEST_CASE(
    "After a crash the same commands are sent again, and none is left out", "[timers][reactor]"
) {
    Bench bench;
    std::mt19937_64 random(test::random_seed("reactor_crash"));
    bench.react = [](const modules::EventIn& event) {
        Commands commands;
        for (std::uint64_t i = 0; i < event.revision % 3; ++i) {
            commands.push_back(command("n" + std::to_string(i)));
        }
        return commands;
    };
    // What a run without a crash sends.
    for (int i = 0; i < 60; ++i) {
        bench.write(test::below(random, 3) == 0 ? "case.opened" : "case.closed");
    }
    bench.settle();
    const std::vector<std::string> expected = bench.command_ids();
    REQUIRE(expected.size() > 10);

    // The same log with an empty table, killed again and again at a random table write.
    bench.inner = store::make_memory_table();
    test::FaultyTable table(*bench.inner);
    std::vector<std::string> order;
    bench.dispatcher.requests.clear();
    {
        // Activated while the log was empty.
        const auto empty = store::make_memory_event_log();
        const auto activated =
            timers::make_reactor({*empty, *bench.registry, bench.dispatcher, table});
    }
    for (int round = 0; round < 200; ++round) {
        table.fail_after(test::below(random, 4), test::FaultyTable::Failure::lost);
        auto reactor = timers::make_reactor({*bench.log, *bench.registry, bench.dispatcher, table});
        const std::size_t stop = bench.dispatcher.requests.size() + test::below(random, 5);
        bench.dispatcher.answer = [&](const auto&) -> std::optional<Result<std::string>> {
            // Dead from here on: nothing is answered any more.
            return bench.dispatcher.requests.size() > stop
                       ? std::nullopt
                       : std::optional(Result<std::string>(std::string("{}")));
        };
        while (reactor->step()) {
        }
    }
    bench.dispatcher.answer = nullptr;
    table.heal();
    auto last = timers::make_reactor({*bench.log, *bench.registry, bench.dispatcher, table});
    while (last->step()) {
    }
    // First appearances, in order: exactly the run without a crash.
    std::set<std::string> met;
    for (const std::string& id : bench.command_ids()) {
        if (met.insert(id).second) {
            order.push_back(id);
        }
    }
    CHECK(order == expected);
}

TEST_CASE(
    "A command refused for good is parked with its reason, and life goes on", "[timers][reactor]"
) {
    Bench bench;
    bench.react = [](const auto&) { return Commands{command("a"), command("b", "follow.tell")}; };
    bench.dispatcher.answer = [](const dispatch::Request& request) {
        return std::optional(
            request.method == "follow.note" ? no(ErrorCode::rejected)
                                            : Result<std::string>(std::string("{}"))
        );
    };
    bench.write("case.closed");
    bench.write("case.closed");
    bench.settle();
    CHECK(bench.dispatcher.methods_as_text() == "follow.note follow.tell follow.note follow.tell");
    const auto parked = bench.reactor->parked();
    REQUIRE(parked.size() == 2);
    CHECK(parked[0].tenant == 9999);
    CHECK(parked[0].module == "follow");
    CHECK(parked[0].event == test::numbered_uuid(101).text());
    CHECK(parked[0].reason == "follow.note (a): rejected: it says no");
    CHECK(parked[1].event == test::numbered_uuid(102).text());
    bench.restart();
    CHECK(bench.reactor->parked().size() == 2);
}

TEST_CASE("What is not possible now is tried again at the next wake", "[timers][reactor]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) { return std::optional(no(ErrorCode::overloaded)); };
    bench.write("case.closed");
    bench.settle();
    CHECK(bench.dispatcher.requests.size() == 1);
    CHECK_FALSE(bench.reactor->step());
    bench.settle();
    bench.dispatcher.answer = nullptr;
    bench.settle();
    CHECK(bench.dispatcher.requests.size() == 3);
    const auto ids = bench.command_ids();
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 1);
    CHECK(bench.reactor->parked().empty());
    bench.settle();
    CHECK(bench.dispatcher.requests.size() == 3);
}

TEST_CASE(
    "A module that fails on an event is asked three times, then the event is parked",
    "[timers][reactor]"
) {
    Bench bench;
    const bool undeclared = GENERATE(false, true);
    bench.react = [&](const modules::EventIn&) -> Result<Commands> {
        if (bench.seen.size() > static_cast<std::size_t>(bounds::fault_attempts_max)) {
            return Commands{};
        }
        if (undeclared) {
            return Commands{command("a", "person.forget")};
        }
        return fail(ErrorCode::module_fault, "a bug");
    };
    bench.write("case.closed");
    bench.write("case.closed");
    for (int i = 0; i < 5; ++i) {
        bench.settle();
    }
    CHECK(bench.seen.size() == static_cast<std::size_t>(bounds::fault_attempts_max) + 1);
    const auto parked = bench.reactor->parked();
    REQUIRE(parked.size() == 1);
    CHECK(parked[0].event == test::numbered_uuid(101).text());
    CHECK(parked[0].reason.starts_with("module_fault: "));
    CHECK(bench.dispatcher.requests.empty());
}

TEST_CASE("Nothing is passed over while it cannot be parked", "[timers][reactor]") {
    Bench bench;
    bench.dispatcher.answer = [](const auto&) { return std::optional(no(ErrorCode::denied)); };
    bench.write("case.closed");
    bench.table.fail_after(0, test::FaultyTable::Failure::lost);
    bench.settle();
    bench.settle();
    CHECK(bench.reactor->parked().empty());
    bench.table.heal();
    bench.settle();
    CHECK(bench.reactor->parked().size() == 1);
}

TEST_CASE("A chain of reactions ends at its limit and is parked", "[timers][reactor]") {
    Bench bench;
    // Every note is answered by a note: what the dispatcher would commit is written by the test.
    bench.dispatcher.answer = [&](const dispatch::Request& request) {
        store::NewEvent event = test::new_event(++bench.last_id);
        event.type = "follow.noted";
        bench.write(
            std::move(event), 9999, "system:reaction",
            base::Uuid::parse(json::parse(request.params)["commandId"].get<std::string>())
        );
        return std::optional(Result<std::string>(std::string("{}")));
    };
    bench.write("case.closed");
    for (int i = 0; i < 5; ++i) {
        bench.settle();
    }
    CHECK(bench.dispatcher.requests.size() == static_cast<std::size_t>(bounds::reaction_depth_max));
    const auto parked = bench.reactor->parked();
    REQUIRE(parked.size() == 1);
    CHECK(parked[0].reason == "follow.note (a): the chain of reactions is longer than 16");
    // A person's next event starts a new chain.
    bench.write("case.closed");
    bench.settle();
    CHECK(
        bench.dispatcher.requests.size() == 2 * static_cast<std::size_t>(bounds::reaction_depth_max)
    );
}

TEST_CASE("The depth of an event is read from who caused it", "[timers][reactor]") {
    store::EventView event;
    event.id = store::EventId(test::numbered_uuid(1));
    event.command = store::CommandId(test::numbered_uuid(0x0c));
    event.role = "coordinator";
    CHECK(timers::depth_of(event) == 0);
    event.role = "system:timer";
    CHECK(timers::depth_of(event) == 0);
    const base::Uuid id = timers::reaction_command_id(event, "follow", command("a"), 7);
    CHECK((id.bytes()[6] >> 4) == 8);
    event.role = "system:reaction";
    event.command = store::CommandId(id);
    CHECK(timers::depth_of(event) == 7);
    const base::Uuid same = timers::reaction_command_id(event, "follow", command("a"), 7);
    CHECK(same == id);
    CHECK(timers::reaction_command_id(event, "follow", command("b"), 7) != id);
    CHECK(timers::reaction_command_id(event, "other", command("a"), 7) != id);
    CHECK(timers::reaction_command_id(event, "follow", command("a", "follow.note", 51), 7) != id);
}

TEST_CASE("Modules react side by side, each from its own place", "[timers][reactor]") {
    Bench bench;
    bench.add_module("other", [](const modules::EventIn&) -> Result<Commands> {
        return Commands{{"x", "other.note", "case", test::numbered_uuid(9).text(), "{}"}};
    });
    bench.restart();
    // "follow" waits for an answer; "other" goes on.
    bench.dispatcher.answer = [](const dispatch::Request& request) {
        return request.method == "follow.note"
                   ? std::nullopt
                   : std::optional(Result<std::string>(std::string("{}")));
    };
    for (int i = 0; i < 3; ++i) {
        bench.write("case.closed");
    }
    bench.settle();
    CHECK(bench.dispatcher.methods_as_text() == "follow.note other.note other.note other.note");
}

TEST_CASE("On an executor it runs when woken, and not after it is gone", "[timers][reactor]") {
    Bench bench;
    base::ManualExecutor executor;
    bench.reactor->run_on(executor);
    executor.drain();
    bench.write("case.closed");
    bench.reactor->wake();
    bench.reactor->wake();
    CHECK(bench.dispatcher.requests.empty());
    executor.drain();
    CHECK(bench.dispatcher.requests.size() == 1);
    // An answer that comes later wakes it by itself.
    bench.react = [](const auto&) { return Commands{command("a"), command("b")}; };
    bench.dispatcher.answer = [](const auto&) { return std::nullopt; };
    bench.write("case.closed");
    bench.reactor->wake();
    executor.drain();
    bench.dispatcher.complete(std::string("{}"));
    executor.drain();
    CHECK(bench.dispatcher.requests.size() == 3);
    bench.write("case.closed");
    bench.reactor->wake();
    bench.reactor.reset();
    executor.drain();
    bench.dispatcher.complete(std::string("{}"));
    CHECK(bench.dispatcher.requests.size() == 3);
}
