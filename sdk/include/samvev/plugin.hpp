#pragma once

// The C++20 layer over samvev/plugin.h: a module is a struct of static, pure functions.
//
//   struct Roll { bool open = false; };                       // state of one "roll" stream
//   void to_json(json&, const Roll&); void from_json(const json&, Roll&);
//
//   struct Checkin : samvev::Module<Checkin, samvev::Folds<"roll", Roll>> {
//       static void decide(const Roll&, const samvev::Command&, samvev::Decision&);
//       static void evolve(Roll&, const samvev::Event&);
//       static void project(std::string_view view, std::string_view key, samvev::json& document,
//                           const samvev::Event&);            // optional; null = absent, both ways
//       static samvev::json upcast(const samvev::Event&);     // optional; returns the next
//       version's data static void react(const samvev::Event&, samvev::Reaction&);  // optional
//   };
//   SAMVEV_PLUGIN(Checkin)
//
// Nothing in this header crosses the boundary; a module may be built with another compiler than
// the server. Exceptions end at the edge: Fault and everything else become SAMVEV_E_FAULT.

#include <samvev/plugin.h>
#include <samvev/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace samvev {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;

[[nodiscard]] inline std::string_view view(samvev_str s) noexcept {
    return s.ptr == nullptr ? std::string_view() : std::string_view(s.ptr, s.len);
}
[[nodiscard]] inline samvev_str str(std::string_view s) noexcept {
    return {s.data(), s.size()};
}

// The calendar day of a UTC instant in Europe/Oslo: +1 hour, +2 from the last Sunday of March to
// the last Sunday of October, switching at 01:00 UTC (EU directive 2000/84/EC).
[[nodiscard]] Date oslo_date(Time time);
// The first instant of that day in Europe/Oslo, as UTC.
[[nodiscard]] Time oslo_midnight(Date date);
[[nodiscard]] std::string to_text(Date date);
// RFC 3339 UTC with microseconds.
[[nodiscard]] std::string to_text(Time time);
// YYYY-MM-DD, or the day in Europe/Oslo of an RFC 3339 time. Throws Fault: schemas check first.
[[nodiscard]] Date parse_date(std::string_view text);

// Read-only access to a JSON object that says what is missing, and where.
class Data {
public:
    Data(std::string where, json object) : where_(std::move(where)), object_(std::move(object)) {}

    [[nodiscard]] const json& raw() const noexcept { return object_; }
    [[nodiscard]] bool has(const char* name) const {
        return object_.contains(name) && !object_[name].is_null();
    }
    // Throws Fault "case.case-opened v1 has no field 'level'" when absent or of another type.
    template <typename T = std::string>
    [[nodiscard]] T get(const char* name) const {
        const auto found = object_.find(name);
        if (found == object_.end()) {
            throw Fault(where_ + " has no field '" + name + "'");
        }
        try {
            return found->template get<T>();
        } catch (const json::exception& e) {
            throw Fault(where_ + " field '" + name + "': " + e.what());
        }
    }
    template <typename T>
    [[nodiscard]] T get_or(const char* name, T fallback) const {
        return has(name) ? get<T>(name) : fallback;
    }
    [[nodiscard]] std::optional<std::string> find(const char* name) const {
        return has(name) ? std::optional<std::string>(get<std::string>(name)) : std::nullopt;
    }

private:
    std::string where_;
    json object_;
};

// One event as a module sees it. Views point into the call; data is parsed on first use.
class Event {
public:
    explicit Event(const samvev_event& raw) : raw_(&raw) {}

    [[nodiscard]] std::string_view type() const noexcept { return samvev::view(raw_->type); }
    [[nodiscard]] bool is(std::string_view name) const noexcept { return type() == name; }
    [[nodiscard]] std::uint32_t version() const noexcept { return raw_->version; }
    [[nodiscard]] std::uint64_t revision() const noexcept { return raw_->revision; }
    [[nodiscard]] Time recorded_at() const noexcept {
        return Time(std::chrono::microseconds(raw_->recorded_us));
    }
    [[nodiscard]] std::string_view id() const noexcept { return samvev::view(raw_->id); }
    [[nodiscard]] std::string_view stream_kind() const noexcept {
        return samvev::view(raw_->stream_kind);
    }
    [[nodiscard]] std::string_view stream_id() const noexcept {
        return samvev::view(raw_->stream_id);
    }
    [[nodiscard]] std::string_view entity() const noexcept { return samvev::view(raw_->entity); }
    // As given when it was recorded, or the time of recording: always a date or an RFC 3339 time.
    [[nodiscard]] std::string occurred_on() const {
        const std::string_view given = samvev::view(raw_->occurred_on);
        return given.empty() ? to_text(recorded_at()) : std::string(given);
    }
    [[nodiscard]] std::string_view actor() const noexcept { return samvev::view(raw_->actor); }
    [[nodiscard]] std::string_view role() const noexcept { return samvev::view(raw_->role); }
    [[nodiscard]] std::string_view unit() const noexcept { return samvev::view(raw_->unit); }
    // False when the payload has been removed (kassering) or its key destroyed. Folding goes on: an
    // evolve or project that throws for want of data leaves no mark for that event.
    [[nodiscard]] bool has_data() const noexcept { return raw_->data.ptr != nullptr; }
    // An empty object when there is no data.
    [[nodiscard]] const Data& data() const {
        if (!data_) {
            data_.emplace(
                std::string(type()) + " v" + std::to_string(version()),
                has_data() ? parse_json(samvev::view(raw_->data)) : json::object()
            );
        }
        return *data_;
    }
    [[nodiscard]] const samvev_event& raw() const noexcept { return *raw_; }

private:
    const samvev_event* raw_;
    mutable std::optional<Data> data_;
};

// One command as a module sees it.
class Command {
public:
    explicit Command(const samvev_command& raw)
        : raw_(&raw),
          data_(std::string(samvev::view(raw.name)), parse_json(samvev::view(raw.data))) {}

    [[nodiscard]] std::string_view name() const noexcept { return samvev::view(raw_->name); }
    [[nodiscard]] bool is(std::string_view name_) const noexcept { return name() == name_; }
    [[nodiscard]] Time now() const noexcept {
        return Time(std::chrono::microseconds(raw_->now_us));
    }
    [[nodiscard]] Date today() const { return oslo_date(now()); }
    // False for the first command of a stream.
    [[nodiscard]] bool stream_exists() const noexcept { return raw_->revision >= 0; }
    [[nodiscard]] std::int64_t revision() const noexcept { return raw_->revision; }
    [[nodiscard]] std::string_view command_id() const noexcept {
        return samvev::view(raw_->command_id);
    }
    [[nodiscard]] std::string_view stream_kind() const noexcept {
        return samvev::view(raw_->stream_kind);
    }
    [[nodiscard]] std::string_view stream_id() const noexcept {
        return samvev::view(raw_->stream_id);
    }
    [[nodiscard]] std::string_view actor() const noexcept { return samvev::view(raw_->actor); }
    // The uuid of the acting staff member or person; empty for the system.
    [[nodiscard]] std::string_view actor_id() const noexcept {
        const std::string_view text = actor();
        return text.starts_with("staff/")    ? text.substr(6)
               : text.starts_with("person/") ? text.substr(7)
                                             : std::string_view();
    }
    [[nodiscard]] bool by_system() const noexcept { return actor().starts_with("system/"); }
    [[nodiscard]] std::string_view unit() const noexcept { return samvev::view(raw_->unit); }
    [[nodiscard]] bool has_role(std::string_view role) const {
        const json roles = parse_json(samvev::view(raw_->roles));
        return std::any_of(roles.begin(), roles.end(), [&](const json& r) { return r == role; });
    }
    // When it happened in the world: as given, or now.
    [[nodiscard]] std::string occurred_on() const {
        const std::string_view given = samvev::view(raw_->occurred_on);
        return given.empty() ? to_text(now()) : std::string(given);
    }
    [[nodiscard]] std::optional<std::string_view> due_at() const noexcept {
        return raw_->due_at.ptr == nullptr ? std::nullopt
                                           : std::optional(samvev::view(raw_->due_at));
    }
    [[nodiscard]] const Data& data() const noexcept { return data_; }
    // This module's state of a stream named in the command's `reads`; absent when that stream
    // does not exist. The commit fails and is decided again if it has changed meanwhile.
    template <typename State>
    [[nodiscard]] std::optional<State> context(const char* name) const {
        const json all = parse_json(samvev::view(raw_->context));
        const auto found = all.find(name);
        if (found == all.end() || found->is_null()) {
            return std::nullopt;
        }
        return found->template get<State>();
    }
    // A repeatable random UUID (version 8) by name: another call elsewhere shifts nothing.
    [[nodiscard]] std::string derived_id(std::string_view label) const;
    [[nodiscard]] const samvev_command& raw() const noexcept { return *raw_; }

private:
    const samvev_command* raw_;
    Data data_;
};

// What a decision writes. Rejecting does not stop the function: collect every reason, then return.
class Decision {
public:
    Decision(const samvev_host& host, samvev_call* call) : host_(&host), call_(call) {}

    // An event about the stream itself, or about `entity` inside it.
    void emit(
        std::string_view type, std::uint32_t version, const json& data, std::string_view entity = {}
    ) {
        check(host_->emit(call_, str(type), version, str(entity), str(data.dump())), "emit", type);
        changed_ = true;
    }
    void set_timer(
        std::string_view name, Time due, std::string_view command, const json& data = json::object()
    ) {
        check(
            host_->set_timer(
                call_, str(name), due.time_since_epoch().count(), str(command), str(data.dump())
            ),
            "set_timer", name
        );
    }
    void clear_timer(std::string_view name) {
        check(host_->clear_timer(call_, str(name)), "clear_timer", name);
    }
    void claim(std::string_view name, std::string_view key) {
        check(host_->claim(call_, str(name), str(key)), "claim", name);
    }
    void release(std::string_view name, std::string_view key) {
        check(host_->release(call_, str(name), str(key)), "release", name);
    }
    // `field`: JSON pointer into the command's data that the reason is about, e.g. "/dueOn".
    void reject(std::string_view code, std::string_view field = {}, const json& params = nullptr) {
        const std::string text = params.is_null() ? std::string() : params.dump();
        host_->reject(
            call_, str(code), str(field), params.is_null() ? samvev_str{nullptr, 0} : str(text)
        );
        rejected_ = true;
    }
    // Rejects unless `condition`; returns it, so that a dependent check can be skipped.
    bool require(
        bool condition, std::string_view code, std::string_view field = {},
        const json& params = nullptr
    ) {
        if (!condition) {
            reject(code, field, params);
        }
        return condition;
    }
    void unsupported() noexcept { unsupported_ = true; }
    [[nodiscard]] bool rejected() const noexcept { return rejected_; }
    [[nodiscard]] bool is_unsupported() const noexcept { return unsupported_; }

private:
    static void check(samvev_status status, const char* what, std::string_view name) {
        if (status != SAMVEV_OK) {
            throw Fault(
                std::string(what) + " of '" + std::string(name) +
                "' refused by the host: is it in the manifest?"
            );
        }
    }
    const samvev_host* host_;
    samvev_call* call_;
    bool rejected_ = false;
    bool unsupported_ = false;
    bool changed_ = false;
};

// What a reaction sends.
class Reaction {
public:
    Reaction(const samvev_host& host, samvev_call* call) : host_(&host), call_(call) {}
    void send(
        std::string_view label, std::string_view command, std::string_view stream_kind,
        std::string_view stream_id, const json& data = json::object()
    ) {
        const std::string text = data.dump();
        if (host_->send(
                call_, str(label), str(command), str(stream_kind), str(stream_id), str(text)
            ) != SAMVEV_OK) {
            throw Fault(
                "send of '" + std::string(command) + "' refused by the host: is it in the manifest?"
            );
        }
    }

private:
    const samvev_host* host_;
    samvev_call* call_;
};

// A stream kind as a template argument.
template <std::size_t N>
struct KindName {
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is the name.
    constexpr KindName(const char (&text)[N]) { std::copy_n(text, N, value); }
    [[nodiscard]] constexpr std::string_view text() const { return {value, N - 1}; }
    char value[N]{};
};

// "My state of a stream of this kind is folded into State": own kinds, and others' that I read.
template <KindName Kind, typename StateType>
struct Folds {
    using State = StateType;
    static constexpr std::string_view kind = Kind.text();
};

// The table of C functions for module `Derived`. Which optional functions it has is found here.
template <typename Derived, typename... KindFolds>
struct Module {
    using AnyState = std::variant<typename KindFolds::State...>;

    struct Handle {
        std::size_t kind = 0;  // index in KindFolds
        AnyState state;
    };

    static constexpr std::array<std::string_view, sizeof...(KindFolds)> kinds{KindFolds::kind...};

    static samvev_status create(const samvev_host* host, samvev_plugin** out) noexcept {
        static_assert(sizeof(const samvev_host*) == sizeof(samvev_plugin*));
        // The instance is the host's table: there is nothing else to keep.
        *out = reinterpret_cast<samvev_plugin*>(const_cast<samvev_host*>(host));
        return SAMVEV_OK;
    }
    static void destroy(samvev_plugin*) noexcept {}

    static samvev_status state_open(
        const samvev_plugin* self, samvev_call* call, samvev_str kind, samvev_str snapshot,
        samvev_state** out
    ) noexcept {
        return guard(self, call, [&] {
            const auto at = std::find(kinds.begin(), kinds.end(), view(kind));
            if (at == kinds.end()) {
                return SAMVEV_E_UNSUPPORTED;
            }
            auto handle = std::make_unique<Handle>();
            handle->kind = static_cast<std::size_t>(at - kinds.begin());
            init<0>(
                *handle,
                snapshot.ptr == nullptr ? std::optional<json>() : parse_json(view(snapshot))
            );
            *out = reinterpret_cast<samvev_state*>(handle.release());
            return SAMVEV_OK;
        });
    }
    static samvev_status state_apply(
        const samvev_plugin* self, samvev_call* call, samvev_state* raw,
        const samvev_event* const* events, std::uint32_t n
    ) noexcept {
        return guard(self, call, [&] {
            visit_kind(*handle(raw), [&](auto& state) {
                for (std::uint32_t i = 0; i < n; ++i) {
                    fold_into(state, Event(*events[i]), [&](const Event& event) {
                        Derived::evolve(state, event);
                    });
                }
            });
            return SAMVEV_OK;
        });
    }
    static samvev_status state_save(
        const samvev_plugin* self, samvev_call* call, const samvev_state* raw
    ) noexcept {
        return guard(self, call, [&] {
            json out;
            visit_kind(*handle(raw), [&](const auto& state) { out = state; });
            return host(self).put(call, str(out.dump()));
        });
    }
    static void state_free(const samvev_plugin*, samvev_state* raw) noexcept {
        delete reinterpret_cast<Handle*>(raw
        );  // NOLINT(cppcoreguidelines-owning-memory): the host's handle.
    }
    static samvev_status decide(
        const samvev_plugin* self, samvev_call* call, const samvev_state* raw,
        const samvev_command* command
    ) noexcept {
        return guard(self, call, [&] {
            Decision decision(host(self), call);
            const Command wrapped(*command);
            visit_kind(*handle(raw), [&](const auto& state) {
                if constexpr (requires { Derived::decide(state, wrapped, decision); }) {
                    Derived::decide(state, wrapped, decision);
                } else {
                    decision.unsupported();
                }
            });
            return decision.is_unsupported() ? SAMVEV_E_UNSUPPORTED
                   : decision.rejected()     ? SAMVEV_REJECTED
                                             : SAMVEV_OK;
        });
    }
    static samvev_status fold(
        const samvev_plugin* self, samvev_call* call, samvev_str view_id, samvev_str key,
        samvev_str document, const samvev_event* const* events, std::uint32_t n
    ) noexcept {
        return guard(self, call, [&] {
            if constexpr (requires(json& d, const Event& e) {
                              Derived::project(std::string_view(), std::string_view(), d, e);
                          }) {
                json folded = document.ptr == nullptr ? json() : parse_json(view(document));
                for (std::uint32_t i = 0; i < n; ++i) {
                    fold_into(folded, Event(*events[i]), [&](const Event& event) {
                        Derived::project(view(view_id), view(key), folded, event);
                    });
                }
                return folded.is_null() ? host(self).drop(call)
                                        : host(self).put(call, str(folded.dump()));
            } else {
                return SAMVEV_E_UNSUPPORTED;
            }
        });
    }
    static samvev_status upcast(
        const samvev_plugin* self, samvev_call* call, const samvev_event* raw
    ) noexcept {
        return guard(self, call, [&] {
            if constexpr (requires(const Event& e) { Derived::upcast(e); }) {
                const Event event(*raw);
                const json data = Derived::upcast(event);
                return host(self).emit(
                    call, raw->type, raw->version + 1, raw->entity, str(data.dump())
                );
            } else {
                return SAMVEV_E_UNSUPPORTED;
            }
        });
    }
    static samvev_status react(
        const samvev_plugin* self, samvev_call* call, const samvev_event* raw
    ) noexcept {
        return guard(self, call, [&] {
            if constexpr (requires(const Event& e, Reaction& r) { Derived::react(e, r); }) {
                Reaction reaction(host(self), call);
                Derived::react(Event(*raw), reaction);
                return SAMVEV_OK;
            } else {
                return SAMVEV_E_UNSUPPORTED;
            }
        });
    }
    static const void* get_extension(const samvev_plugin*, const char*) noexcept { return nullptr; }

    static constexpr samvev_entry entry(samvev_str manifest) {
        // A function of the right name with other parameters would never be called, without a word.
        static_assert(
            !requires {
                requires !std::is_same_v<decltype(&Derived::upcast), decltype(&Module::upcast)>;
            } ||
                requires(const Event& e) {
                    { Derived::upcast(e) } -> std::convertible_to<json>;
                },
            "upcast must be: static json upcast(const Event&)"
        );
        static_assert(
            !requires {
                requires !std::is_same_v<decltype(&Derived::react), decltype(&Module::react)>;
            } || requires(const Event& e, Reaction& r) { Derived::react(e, r); },
            "react must be: static void react(const Event&, Reaction&)"
        );
        return {
            sizeof(samvev_entry),
            SAMVEV_ABI_MAJOR,
            SAMVEV_ABI_MINOR,
            SAMVEV_TARGET_MINOR,
            0,
            0,
            manifest,
            &create,
            &destroy,
            &state_open,
            &state_apply,
            &state_save,
            &state_free,
            &decide,
            &fold,
            &upcast,
            &react,
            &get_extension,
        };
    }

private:
    static const samvev_host& host(const samvev_plugin* self) noexcept {
        return *reinterpret_cast<const samvev_host*>(self);
    }
    static Handle* handle(samvev_state* raw) noexcept { return reinterpret_cast<Handle*>(raw); }
    static const Handle* handle(const samvev_state* raw) noexcept {
        return reinterpret_cast<const Handle*>(raw);
    }

    template <std::size_t I>
    static void init(Handle& handle, std::optional<json> snapshot) {
        if constexpr (I < sizeof...(KindFolds)) {
            if (handle.kind != I) {
                return init<I + 1>(handle, std::move(snapshot));
            }
            handle.state.template emplace<I>();
            if (snapshot) {
                std::get<I>(handle.state) =
                    snapshot->template get<std::variant_alternative_t<I, AnyState>>();
            }
        }
    }
    template <typename H, typename F>
    static void visit_kind(H& handle, F&& f) {
        std::visit(std::forward<F>(f), handle.state);
    }
    // An event whose payload has been removed counts as far as `fold` can do without it; if it
    // cannot, the event leaves no mark. A removed text must never make the rest of a stream
    // unreadable.
    template <typename Folded, typename F>
    static void fold_into(Folded& folded, const Event& event, F&& fold) {
        if (event.has_data()) {
            fold(event);
            return;
        }
        Folded before = folded;
        try {
            fold(event);
        } catch (const Fault&) {
            folded = std::move(before);
        } catch (const json::exception&) {
            folded = std::move(before);
        }
    }
    template <typename F>
    static samvev_status guard(const samvev_plugin* self, samvev_call* call, F&& f) noexcept {
        try {
            return f();
        } catch (const std::bad_alloc&) {
            return SAMVEV_E_NOMEM;
        } catch (const InvalidJson& e) {
            host(self).fault(call, str(e.what()));
            return SAMVEV_E_INVALID;
        } catch (const std::exception& e) {
            host(self).fault(call, str(e.what()));
            return SAMVEV_E_FAULT;
        } catch (...) {
            host(self).fault(call, str("an exception that is not a std::exception"));
            return SAMVEV_E_FAULT;
        }
    }
};

// --- definitions ------------------------------------------------------------------------------

namespace detail {

[[nodiscard]] inline std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    hash ^= hash >> 30;
    hash *= 0xbf58476d1ce4e5b9ULL;
    hash ^= hash >> 27;
    hash *= 0x94d049bb133111ebULL;
    return hash ^ (hash >> 31);
}

[[nodiscard]] inline std::string two(unsigned value) {
    return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

// The UTC instant at which that year's summer time starts (March) or ends (October).
[[nodiscard]] inline Time switch_of(std::chrono::year year, std::chrono::month month) {
    using namespace std::chrono;
    return Time(sys_days(year / month / Sunday[last])) + hours(1);
}

[[nodiscard]] inline std::chrono::hours oslo_offset(Time time) {
    using namespace std::chrono;
    const year year = Date(floor<days>(time)).year();
    return time >= switch_of(year, March) && time < switch_of(year, October) ? hours(2) : hours(1);
}

}  // namespace detail

inline Date oslo_date(Time time) {
    return Date(std::chrono::floor<std::chrono::days>(time + detail::oslo_offset(time)));
}

inline Time oslo_midnight(Date date) {
    const Time as_if_utc = Time(std::chrono::sys_days(date));
    // Midnight is never inside a switch (01:00 UTC), so the offset one hour earlier is the offset.
    return as_if_utc - detail::oslo_offset(as_if_utc - std::chrono::hours(1));
}

inline std::string to_text(Date date) {
    const int year = static_cast<int>(date.year());
    return detail::two(static_cast<unsigned>(year / 100)) +
           detail::two(static_cast<unsigned>(year % 100)) + "-" +
           detail::two(static_cast<unsigned>(date.month())) + "-" +
           detail::two(static_cast<unsigned>(date.day()));
}

inline std::string to_text(Time time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const hh_mm_ss clock(time - day);
    std::string us = std::to_string(clock.subseconds().count());
    us.insert(0, 6 - us.size(), '0');
    return to_text(Date(day)) + "T" + detail::two(static_cast<unsigned>(clock.hours().count())) +
           ":" + detail::two(static_cast<unsigned>(clock.minutes().count())) + ":" +
           detail::two(static_cast<unsigned>(clock.seconds().count())) + "." + us + "Z";
}

inline Date parse_date(std::string_view text) {
    using namespace std::chrono;
    const auto number = [&](std::size_t at, std::size_t count) {
        unsigned value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            if (i >= text.size() || text[i] < '0' || text[i] > '9') {
                throw Fault("not a date: '" + std::string(text) + "'");
            }
            value = value * 10 + static_cast<unsigned>(text[i] - '0');
        }
        return value;
    };
    const Date date(year(static_cast<int>(number(0, 4))), month(number(5, 2)), day(number(8, 2)));
    if (!date.ok() || text[4] != '-' || text[7] != '-') {
        throw Fault("not a date: '" + std::string(text) + "'");
    }
    if (text.size() == 10) {
        return date;
    }
    auto offset = hours(0) + minutes(0);
    const char sign = text.size() > 6 ? text[text.size() - 6] : 'Z';
    if (sign == '+' || sign == '-') {
        const auto size = text.size();
        offset = hours(number(size - 5, 2)) + minutes(number(size - 2, 2));
        offset = sign == '-' ? -offset : offset;
    }
    return oslo_date(
        Time(sys_days(date)) + hours(number(11, 2)) + minutes(number(14, 2)) +
        seconds(number(17, 2)) - offset
    );
}

inline std::string Command::derived_id(std::string_view label) const {
    std::uint64_t high = detail::mix(raw_->seed[0], label.size());
    std::uint64_t low = detail::mix(raw_->seed[1], ~label.size());
    for (const char c : label) {
        high = detail::mix(high, static_cast<unsigned char>(c));
        low = detail::mix(low, high);
    }
    high = (high & ~0xf000ULL) | 0x8000ULL;      // version 8
    low = (low & ~(3ULL << 62)) | (2ULL << 62);  // variant
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) {
            out.push_back('-');
        }
        const std::uint64_t half = nibble < 16 ? high : low;
        out.push_back(digits[(half >> (60 - 4 * (nibble % 16))) & 0xf]);
    }
    return out;
}

}  // namespace samvev

// The bundled manifest's bytes come from samvev_add_plugin() / samvev_add_builtin_module() in
// CMake.

// Exports module `Type` from a loadable plugin. One per .so.
#define SAMVEV_PLUGIN(Type)                                                                        \
    extern "C" {                                                                                   \
    extern const char samvev_manifest_begin[];                                                     \
    extern const char samvev_manifest_end[];                                                       \
    const samvev_entry samvev_entry_v1 = Type::entry(                                              \
        {samvev_manifest_begin, static_cast<uint64_t>(samvev_manifest_end - samvev_manifest_begin) \
        }                                                                                          \
    );                                                                                             \
    }

// Defines `const samvev_entry& samvev::builtin::NAME()` for a module that is linked into the
// server. NAME is the module id as a C++ identifier: '-' as '_', a reserved word with a '_' behind
// it (individual_plan, case_); `samvev_add_builtin_module(ID …)` embeds its manifest.
#define SAMVEV_BUILTIN_MODULE(NAME, Type)                                                      \
    extern "C" {                                                                               \
    extern const char samvev_builtin_manifest_##NAME##_begin[];                                \
    extern const char samvev_builtin_manifest_##NAME##_end[];                                  \
    }                                                                                          \
    namespace samvev::builtin {                                                                \
    const samvev_entry& NAME();                                                                \
    const samvev_entry& NAME() {                                                               \
        static const samvev_entry entry = Type::entry(                                         \
            {samvev_builtin_manifest_##NAME##_begin,                                           \
             static_cast<uint64_t>(                                                            \
                 samvev_builtin_manifest_##NAME##_end - samvev_builtin_manifest_##NAME##_begin \
             )}                                                                                \
        );                                                                                     \
        return entry;                                                                          \
    }                                                                                          \
    }
