#include "modules/c_module.hpp"

#include <catch2/catch.hpp>
#include <samvev/json.hpp>

#include <cstdlib>
#include <functional>
#include <random>

#include "modules/c_event.hpp"
#include "modules/in_process.hpp"

using samvev::ErrorCode;
using samvev::json;
using namespace samvev::modules;

namespace {

const std::string ada = "01890000-0000-7000-8000-000000000001";
const std::string opened_data = R"({"title":"Tur","personId":")" + ada + R"("})";

// What the module of this test does when it is called; set by each test before the call.
struct Script {
    const samvev_host* host = nullptr;
    std::function<samvev_status(const samvev_host&, samvev_call*)> run;
};
Script& script() {
    static Script value;
    return value;
}

samvev_status run_script(samvev_call* call) {
    return script().run(*script().host, call);
}

// The sample's table, with the calls replaced by the script.
samvev_entry scripted_entry() {
    samvev_entry entry = samvev_entry_v1;
    entry.create = [](const samvev_host* host, samvev_plugin** out) noexcept {
        script().host = host;
        return samvev_entry_v1.create(host, out);
    };
    entry.decide = [](const samvev_plugin*, samvev_call* call, const samvev_state*,
                      const samvev_command*) noexcept { return run_script(call); };
    entry.fold = [](const samvev_plugin*, samvev_call* call, samvev_str, samvev_str, samvev_str,
                    const samvev_event* const*,
                    std::uint32_t) noexcept { return run_script(call); };
    entry.upcast = [](const samvev_plugin*, samvev_call* call, const samvev_event*) noexcept {
        return run_script(call);
    };
    entry.react = [](const samvev_plugin*, samvev_call* call, const samvev_event*) noexcept {
        return run_script(call);
    };
    return entry;
}

using Run = std::function<samvev_status(const samvev_host&, samvev_call*)>;

class Scripted {
public:
    Scripted() : entry_(scripted_entry()), module_(make_builtin_module(entry_).value()) {}

    samvev::Result<DecisionOut> decide(const std::string& command, Run run) const {
        script().run = std::move(run);
        CommandIn in;
        in.name = command;
        in.stream_kind = "roll";
        return module_->decide(*module_->open_state("roll", std::nullopt).value(), in);
    }
    // The fault's message; "" when there was none.
    std::string fault(const std::string& command, Run run) const {
        const auto decision = decide(command, std::move(run));
        if (decision) {
            return "";
        }
        CHECK(decision.error().code == ErrorCode::module_fault);
        return decision.error().message;
    }
    const Module& module() const { return *module_; }

private:
    samvev_entry entry_;
    std::unique_ptr<Module> module_;
};

samvev_str text(std::string_view s) {
    return c_text(s);
}

samvev_status emit(
    const samvev_host& host, samvev_call* call, std::string_view type, std::uint32_t version,
    std::string_view data, std::string_view entity = {}
) {
    return host.emit(call, text(type), version, text(entity), text(data));
}

}  // namespace

TEST_CASE("What a command declares is recorded", "[modules][call]") {
    const Scripted scripted;
    const auto decision =
        scripted.decide("checkin.open", [](const samvev_host& host, samvev_call* call) {
            CHECK(emit(host, call, "checkin.opened", 1, opened_data, "roll-1") == SAMVEV_OK);
            CHECK(host.claim(call, text("checkin.active"), text(ada)) == SAMVEV_OK);
            CHECK(host.release(call, text("checkin.active"), text("other")) == SAMVEV_OK);
            CHECK(
                host.set_timer(call, text("deadline"), 5, text("checkin.close"), text("{}")) ==
                SAMVEV_OK
            );
            CHECK(
                host.set_timer(call, text("deadline"), 7, text("checkin.close"), text("{}")) ==
                SAMVEV_OK
            );
            return samvev_status{SAMVEV_OK};
        });
    REQUIRE(decision);
    CHECK(decision->events.at(0).data == opened_data);
    CHECK(decision->events.at(0).entity == "roll-1");
    CHECK(decision->claims.at(0).kind == ClaimOut::Kind::take);
    CHECK(decision->claims.at(1).kind == ClaimOut::Kind::release);
    REQUIRE(decision->timers.size() == 1);  // the second replaced the first
    CHECK(decision->timers[0].due.time_since_epoch().count() == 7);
    CHECK(decision->rejections.empty());
}

TEST_CASE("The last word on a timer counts", "[modules][call]") {
    const Scripted scripted;
    const auto decision =
        scripted.decide("checkin.open", [](const samvev_host& host, samvev_call* call) {
            host.set_timer(call, text("deadline"), 5, text("checkin.close"), text("{}"));
            host.clear_timer(call, text("deadline"));
            host.clear_timer(call, text("deadline"));
            return samvev_status{SAMVEV_OK};
        });
    CHECK(decision->timers.empty());
    CHECK(decision->timer_clears == std::vector<std::string>{"deadline"});
    const auto again =
        scripted.decide("checkin.open", [](const samvev_host& host, samvev_call* call) {
            host.clear_timer(call, text("deadline"));
            host.set_timer(call, text("deadline"), 5, text("checkin.close"), text("{}"));
            return samvev_status{SAMVEV_OK};
        });
    CHECK(again->timers.size() == 1);
    CHECK(again->timer_clears.empty());
}

TEST_CASE(
    "What a command does not declare is a fault, even if the module goes on", "[modules][call]"
) {
    const Scripted scripted;
    const auto swallowed = [&](const std::string& command,
                               std::function<void(const samvev_host&, samvev_call*)> say) {
        return scripted.fault(command, [&](const samvev_host& host, samvev_call* call) {
            say(host, call);
            return samvev_status{SAMVEV_OK};
        });
    };
    CHECK(
        swallowed(
            "checkin.report",
            [](auto& host, auto* call) {
                CHECK(emit(host, call, "checkin.opened", 1, opened_data) != SAMVEV_OK);
            }
        ) ==
        "checkin 1.0.0: decide checkin.report: emit of 'checkin.opened@1', which is not in its "
        "emits"
    );
    CHECK(swallowed("checkin.report", [](auto& host, auto* call) {
              emit(host, call, "checkin.reported", 2, R"({"who":"a","status":"safe"})");
          }).find("'checkin.reported@2'") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              emit(host, call, "checkin.opened", 1, R"({"title":"","personId":"x"})");
          }).find(R"({"field":"/personId","problem":"must be a UUID)") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              emit(host, call, "checkin.opened", 1, "{");
          }).find("not JSON") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              emit(
                  host, call, "checkin.opened", 1,
                  R"({"title":"a","title":"b","personId":")" + ada + "\"}"
              );
          }).find("occurs twice") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              emit(
                  host, call, "checkin.opened", 1,
                  "{\"title\":\"" + std::string(70'000, 'a') + "\"}"
              );
          }).find("larger than 65536 bytes") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              emit(host, call, "checkin.opened", 1, opened_data, "a b");
          }).find("with entity 'a b'") != std::string::npos);
    CHECK(swallowed("checkin.report", [](auto& host, auto* call) {
              host.claim(call, text("checkin.active"), text("a"));
          }).find("claim 'checkin.active', which is not in its claims") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.claim(call, text("checkin.active"), text(""));
          }).find("empty key") != std::string::npos);
    CHECK(swallowed("checkin.report", [](auto& host, auto* call) {
              host.clear_timer(call, text("deadline"));
          }).find("timer 'deadline', which is not in its timers") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.set_timer(call, text("other"), 1, text("checkin.close"), text("{}"));
          }).find("timer 'other'") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.set_timer(call, text("deadline"), 1, text("checkin.report"), text("{}"));
          }).find("with role system:timer") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.set_timer(call, text("deadline"), 1, text("checkin.close"), text(R"({"a":1})"));
          }).find("data does not fit its schema") != std::string::npos);
    CHECK(
        swallowed(
            "checkin.open",
            [](auto& host, auto* call) { host.reject(call, text("checkin.not-open"), {}, {}); }
        ).find("rejection 'checkin.not-open', which is not in its rejects") != std::string::npos
    );
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.reject(call, text("checkin.already-open"), text("title"), {});
          }).find("no JSON pointer") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.reject(call, text("checkin.already-open"), text("/title"), text("{\"a\""));
          }).find("no JSON object") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.put(call, text("{}"));
          }).find("put in decide") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              host.send(
                  call, text("a"), text("checkin.close"), text("roll"), text(ada), text("{}")
              );
          }).find("send in decide") != std::string::npos);
    CHECK(swallowed("checkin.open", [](auto& host, auto* call) {
              for (int i = 0; i < 300; ++i) {
                  emit(host, call, "checkin.opened", 1, opened_data);
              }
          }).find("more than 256 events") != std::string::npos);
}

TEST_CASE("Every status has its meaning", "[modules][call]") {
    const Scripted scripted;
    const auto answers = [&](samvev_status status) {
        return scripted.decide("checkin.open", [=](const samvev_host&, samvev_call*) {
            return status;
        });
    };
    CHECK(answers(SAMVEV_OK)->events.empty());
    CHECK(answers(SAMVEV_E_UNSUPPORTED).error().code == ErrorCode::unsupported);
    CHECK(answers(SAMVEV_E_CANCELLED).error().code == ErrorCode::cancelled);
    for (const samvev_status status :
         {SAMVEV_E_FAULT, SAMVEV_E_INVALID, SAMVEV_E_NOMEM, SAMVEV_E_ABI, 2, 77, -99}) {
        CAPTURE(status);
        CHECK(answers(status).error().code == ErrorCode::module_fault);
    }
    CHECK(answers(SAMVEV_REJECTED).error().message.ends_with("rejected without a reason"));
    CHECK(
        scripted
            .decide(
                "checkin.dance",
                [](const samvev_host&, samvev_call*) { return samvev_status{SAMVEV_OK}; }
            )
            .error()
            .code == ErrorCode::unsupported
    );
    const auto words =
        scripted.fault("checkin.open", [](const samvev_host& host, samvev_call* call) {
            host.fault(call, text("the roll\nis \x80 round"));
            return samvev_status{SAMVEV_E_FAULT};
        });
    CHECK(words == "checkin 1.0.0: decide checkin.open: fault (status -1): the roll?is ? round");
}

TEST_CASE("Rejections win over events, and all of them are told", "[modules][call]") {
    const Scripted scripted;
    for (const samvev_status status : {SAMVEV_REJECTED, SAMVEV_OK}) {
        const auto decision =
            scripted.decide("checkin.report", [=](const samvev_host& host, samvev_call* call) {
                emit(
                    host, call, "checkin.reported", 3, R"({"who":"a","status":"safe","late":false})"
                );
                host.reject(
                    call, text("checkin.not-open"), text("/status"),
                    text(R"({"since":"2026-01-01"})")
                );
                host.reject(call, text("checkin.already-reported"), {}, {});
                return status;
            });
        REQUIRE(decision);
        CHECK(decision->events.empty());
        REQUIRE(decision->rejections.size() == 2);
        CHECK(decision->rejections[0].code == "checkin.not-open");
        CHECK(decision->rejections[0].field == "/status");
        CHECK(decision->rejections[0].params == R"({"since":"2026-01-01"})");
        CHECK(decision->rejections[1].field.empty());
    }
}

TEST_CASE("A view's fold puts or drops once", "[modules][call]") {
    const Scripted scripted;
    const std::vector<EventIn> events(1);
    const auto fold = [&](Run run) {
        script().run = std::move(run);
        return scripted.module().fold("checkin.board", "roll/1", std::nullopt, events);
    };
    CHECK(fold([](auto& host, auto* call) {
              return host.put(call, text(R"({"a":1})"));
          })->value() == R"({"a":1})");
    CHECK_FALSE(fold([](auto& host, auto* call) { return host.drop(call); })->has_value());
    CHECK(
        fold([](auto&, auto*) { return samvev_status{SAMVEV_OK}; }).error().code ==
        ErrorCode::module_fault
    );
    CHECK(
        fold([](auto& host, auto* call) {
            host.put(call, text("{}"));
            host.put(call, text("{}"));
            return samvev_status{SAMVEV_OK};
        })
            .error()
            .message.find("a second put or drop") != std::string::npos
    );
    for (const char* bad : {"", "[]", "7", "{\"a\"", "{} {}"}) {
        CAPTURE(bad);
        CHECK(
            fold([&](auto& host, auto* call) { return host.put(call, text(bad)); }).error().code ==
            ErrorCode::module_fault
        );
    }
    CHECK(
        fold([](auto& host, auto* call) {
            return emit(host, call, "checkin.opened", 1, opened_data);
        })
            .error()
            .message.find("emit in fold") != std::string::npos
    );
    CHECK(
        scripted.module().fold("checkin.nothing", "", std::nullopt, events).error().code ==
        ErrorCode::unsupported
    );
}

TEST_CASE("Upcasting gives exactly one event of the next version", "[modules][call]") {
    const Scripted scripted;
    EventIn event;
    event.type = "checkin.reported";
    event.data = R"({"who":"a","ok":true})";
    const std::string next = R"({"who":"a","status":"safe"})";
    const auto upcast = [&](Run run) {
        script().run = std::move(run);
        return scripted.module().upcast(event);
    };
    CHECK(upcast([&](auto& host, auto* call) {
              return emit(host, call, "checkin.reported", 2, next);
          }).value() == next);
    const auto faulty = [&](Run run) {
        return upcast(std::move(run)).error().code == ErrorCode::module_fault;
    };
    CHECK(faulty([](auto&, auto*) { return samvev_status{SAMVEV_OK}; }));
    CHECK(faulty([&](auto& host, auto* call) {
        return emit(host, call, "checkin.reported", 3, next);
    }));
    CHECK(faulty([&](auto& host, auto* call) { return emit(host, call, "checkin.opened", 2, next); }
    ));
    CHECK(faulty([&](auto& host, auto* call) {
        return emit(host, call, "checkin.reported", 2, "{}");
    }));
    CHECK(faulty([&](auto& host, auto* call) {
        emit(host, call, "checkin.reported", 2, next);
        emit(host, call, "checkin.reported", 2, next);
        return samvev_status{SAMVEV_OK};
    }));
    event.version = 3;
    CHECK(
        upcast([](auto&, auto*) { return samvev_status{SAMVEV_OK}; }).error().code ==
        ErrorCode::unsupported
    );
}

TEST_CASE("A reaction sends what it declares, each with a label", "[modules][call]") {
    const Scripted scripted;
    EventIn event;
    event.type = "checkin.reported";
    const auto react = [&](const char* label, const char* command, const char* data, int times) {
        script().run = [=](const samvev_host& host, samvev_call* call) {
            for (int i = 0; i < times; ++i) {
                host.send(call, text(label), text(command), text("roll"), text(ada), text(data));
            }
            return samvev_status{SAMVEV_OK};
        };
        return scripted.module().react(event);
    };
    const auto sent = react("close", "checkin.close", "{}", 1).value();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].stream_kind == "roll");
    CHECK(react("close", "checkin.open", "{}", 1).error().code == ErrorCode::module_fault);
    CHECK(react("", "checkin.close", "{}", 1).error().code == ErrorCode::module_fault);
    CHECK(react("close", "checkin.close", "{}", 2).error().code == ErrorCode::module_fault);
    CHECK(react("close", "checkin.close", "[]", 1).error().code == ErrorCode::module_fault);
    event.type = "checkin.opened";
    CHECK(react("close", "checkin.close", "{}", 1).error().code == ErrorCode::module_fault);
}

namespace {

struct Recorded {
    std::string type;
    std::string data;
    std::uint32_t version;
};

std::vector<Recorded> random_history(std::mt19937& random) {
    std::vector<Recorded> out{{"checkin.opened", opened_data, 1}};
    const std::size_t count = random() % 30;
    for (std::size_t i = 0; i < count; ++i) {
        switch (random() % 4) {
            case 0:
                out.push_back({"checkin.closed", R"({"reported":0})", 1});
                break;
            case 1:
                out.push_back({"checkin.opened", opened_data, 1});
                break;
            default:
                out.push_back(
                    {"checkin.reported",
                     R"({"who":"p)" + std::to_string(random() % 5) +
                         R"(","status":"safe","late":false})",
                     3}
                );
        }
    }
    return out;
}

std::vector<EventIn> events_of(
    const std::vector<Recorded>& history, std::size_t from, std::size_t to
) {
    std::vector<EventIn> out;
    for (std::size_t i = from; i < to; ++i) {
        EventIn event;
        event.revision = i;
        event.stream_kind = "roll";
        event.type = history[i].type;
        event.version = history[i].version;
        event.data = history[i].data;
        out.push_back(event);
    }
    return out;
}

}  // namespace

TEST_CASE("A handle dropped at any time and folded again is the same handle", "[modules][state]") {
    const char* given = std::getenv("SAMVEV_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
    INFO("SAMVEV_TEST_SEED=" << seed);
    std::mt19937 random(seed);
    const auto module = make_builtin_module(samvev_entry_v1).value();
    for (int round = 0; round < 100; ++round) {
        const auto history = random_history(random);
        auto kept = module->open_state("roll", std::nullopt).value();
        REQUIRE(module->apply(*kept, events_of(history, 0, history.size())));
        const std::string expected = module->save_state(*kept).value();

        auto handle = module->open_state("roll", std::nullopt).value();
        std::size_t at = 0;
        while (at < history.size()) {
            const std::size_t next = at + 1 + random() % (history.size() - at);
            REQUIRE(module->apply(*handle, events_of(history, at, next)));
            at = next;
            if (random() % 3 == 0) {  // dropped, and opened from its snapshot
                const std::string snapshot = module->save_state(*handle).value();
                handle = module->open_state("roll", snapshot).value();
            } else if (random() % 3 == 0) {  // dropped, and folded from the first event
                handle = module->open_state("roll", std::nullopt).value();
                REQUIRE(module->apply(*handle, events_of(history, 0, at)));
            }
        }
        CHECK(module->save_state(*handle).value() == expected);
    }
}

TEST_CASE("A handle that met a fault is not used again", "[modules][state]") {
    const auto module = make_builtin_module(samvev_entry_v1).value();
    auto handle = module->open_state("roll", std::nullopt).value();
    const std::vector<Recorded> bad{{"checkin.opened", R"({"title":"no person"})", 1}};
    const auto result = module->apply(*handle, events_of(bad, 0, 1));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::module_fault);
    CHECK(
        result.error().message.find("checkin.opened v1 has no field 'personId'") !=
        std::string::npos
    );
    CHECK(module->save_state(*handle).error().code == ErrorCode::module_fault);
    CHECK(
        module->apply(*handle, events_of({{"checkin.closed", "{}", 1}}, 0, 1)).error().code ==
        ErrorCode::module_fault
    );
    CHECK(module->decide(*handle, CommandIn{}).error().code == ErrorCode::module_fault);
    CHECK(module->apply(*handle, {}));
}

TEST_CASE("A snapshot that cannot be read and a kind that is not folded fail", "[modules][state]") {
    const auto module = make_builtin_module(samvev_entry_v1).value();
    CHECK(module->open_state("roll", "{").error().code == ErrorCode::module_fault);
    CHECK(module->open_state("roll", R"({"open":"yes"})").error().code == ErrorCode::module_fault);
    CHECK(module->open_state("case", std::nullopt).error().code == ErrorCode::unsupported);
}
