#pragma once

// Unit tests of a module without a server: events and commands go through its C table, as they do
// in production. Works with any test framework: a mismatch throws, with both sides in the text.
//
//   using namespace samvev::testing;
//   given<Checkin>({event("checkin.opened", {{"title", "Tur"}})})
//       .when("checkin.report", {{"status", "safe"}})
//       .then({event("checkin.reported", {{"who", ada}, {"status", "safe"}}, {}, 2)});
//   given<Checkin>()
//       .when("checkin.report", {{"status", "safe"}})
//       .then_rejected({"checkin.not-open"});
//   CHECK(project<Checkin>("checkin.board", "roll/1", events)["open"] == true);
//
// With a module's entry instead of its type the manifest is at hand, so that names which it does
// not declare are refused: given(samvev_entry_v1, …), given(samvev::builtin::case_(), …).
// Schemas, roles and claims held by other streams are the server's business, not tested here.

#include <samvev/testing/module.hpp>
#include <samvev/testing/outcome.hpp>
#include <samvev/testing/stream.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace samvev::testing {

// given(…).when(…).then(…)
class Then {
public:
    explicit Then(Outcome outcome) : outcome_(std::move(outcome)) {}
    [[nodiscard]] const Outcome& outcome() const noexcept { return outcome_; }

    // Exactly these events, in this order.
    const Then& then(const std::vector<TestEvent>& expected) const;
    // Exactly events of these types, in this order.
    const Then& then_types(const std::vector<std::string>& expected) const;
    // Accepted, and nothing to write.
    const Then& then_nothing() const { return then({}); }
    // Exactly these codes, in any order.
    const Then& then_rejected(std::vector<std::string> codes) const;
    const Then& then_unsupported() const;
    const Then& then_fault() const;
    const Then& and_timer(std::string_view name) const;
    const Then& and_claimed(std::string_view name, std::string_view key) const;

private:
    void expect(bool held, const std::string& what) const;
    Outcome outcome_;
};

class Given {
public:
    Given(
        std::shared_ptr<const TestModule> module, std::string kind,
        const std::vector<TestEvent>& events
    )
        : module_(std::move(module)),
          stream_(std::make_unique<TestStream>(*module_, std::move(kind))) {
        for (const TestEvent& e : events) {
            stream_->add(e);
        }
    }
    Given& as(Sender sender) {
        sender_ = std::move(sender);
        return *this;
    }
    [[nodiscard]] Then when(std::string_view command, const json& data = json::object()) {
        return Then(stream_->send(command, data.is_null() ? json::object() : data, sender_));
    }
    [[nodiscard]] json state() const { return stream_->state(); }

private:
    std::shared_ptr<const TestModule> module_;
    std::unique_ptr<TestStream> stream_;
    Sender sender_;
};

namespace detail {
template <typename M>
[[nodiscard]] const samvev_entry& entry_of() {
    static const samvev_entry entry = M::entry({nullptr, 0});
    return entry;
}
}  // namespace detail

// The state of the stream kind that M folds first, unless a kind is named.
template <typename M>
[[nodiscard]] Given given(
    const std::vector<TestEvent>& events = {}, std::string_view kind = M::kinds.front()
) {
    return {std::make_shared<const TestModule>(detail::entry_of<M>()), std::string(kind), events};
}
[[nodiscard]] inline Given given(
    const samvev_entry& entry, std::string_view kind, const std::vector<TestEvent>& events = {}
) {
    return {std::make_shared<const TestModule>(entry), std::string(kind), events};
}
template <typename M>
[[nodiscard]] json project(
    std::string_view view, std::string_view key, const std::vector<TestEvent>& events,
    json document = nullptr
) {
    return TestModule(detail::entry_of<M>())
        .project(view, key, events, std::move(document), M::kinds.front());
}
template <typename M>
[[nodiscard]] json upcast(const TestEvent& event) {
    return TestModule(detail::entry_of<M>()).upcast(event, M::kinds.front());
}
template <typename M>
[[nodiscard]] std::vector<TestCommand> react(const TestEvent& event) {
    return TestModule(detail::entry_of<M>()).react(event, M::kinds.front());
}

inline void Then::expect(bool held, const std::string& what) const {
    if (!held) {
        throw Mismatch("expected " + what + "\nbut got " + as_text(outcome_));
    }
}

inline const Then& Then::then(const std::vector<TestEvent>& expected) const {
    std::string wanted = "events:\n";
    for (const TestEvent& e : expected) {
        wanted += "  event " + as_text(e) + "\n";
    }
    bool same = outcome_.status == SAMVEV_OK && outcome_.events.size() == expected.size();
    for (std::size_t i = 0; same && i < expected.size(); ++i) {
        const TestEvent& got = outcome_.events[i];
        same = got.type == expected[i].type && got.version == expected[i].version &&
               got.entity == expected[i].entity &&
               (expected[i].data.is_null() || got.data == expected[i].data);
    }
    expect(same, wanted);
    return *this;
}

inline const Then& Then::then_types(const std::vector<std::string>& expected) const {
    std::string wanted = "events of types:";
    for (const std::string& type : expected) {
        wanted += " " + type;
    }
    bool same = outcome_.status == SAMVEV_OK && outcome_.events.size() == expected.size();
    for (std::size_t i = 0; same && i < expected.size(); ++i) {
        same = outcome_.events[i].type == expected[i];
    }
    expect(same, wanted);
    return *this;
}

inline const Then& Then::then_rejected(std::vector<std::string> codes) const {
    std::string wanted = "rejections:";
    for (const std::string& code : codes) {
        wanted += " " + code;
    }
    std::vector<std::string> got = outcome_.codes();
    std::sort(codes.begin(), codes.end());
    std::sort(got.begin(), got.end());
    expect(outcome_.status == SAMVEV_REJECTED && got == codes, wanted);
    return *this;
}

inline const Then& Then::then_unsupported() const {
    expect(outcome_.status == SAMVEV_E_UNSUPPORTED, "status 'unsupported'");
    return *this;
}

inline const Then& Then::then_fault() const {
    expect(outcome_.status < 0 && outcome_.status != SAMVEV_E_UNSUPPORTED, "a fault");
    return *this;
}

inline const Then& Then::and_timer(std::string_view name) const {
    const bool set =
        std::any_of(outcome_.timers.begin(), outcome_.timers.end(), [&](const TestTimer& t) {
            return t.name == name;
        });
    expect(set, "timer '" + std::string(name) + "'");
    return *this;
}

inline const Then& Then::and_claimed(std::string_view name, std::string_view key) const {
    const auto& claimed = outcome_.claimed;
    const bool taken = std::any_of(claimed.begin(), claimed.end(), [&](const auto& c) {
        return c.first == name && c.second == key;
    });
    expect(taken, "claim '" + std::string(name) + "' of " + std::string(key));
    return *this;
}

}  // namespace samvev::testing
