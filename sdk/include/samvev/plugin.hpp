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
//       // Optional; returns the next version's data.
//       static samvev::json upcast(const samvev::Event&);
//       static void react(const samvev::Event&, samvev::Reaction&);  // optional
//   };
//   SAMVEV_PLUGIN(Checkin)
//
// Nothing in this header crosses the boundary; a module may be built with another compiler than
// the server. Exceptions end at the edge: Fault and everything else become SAMVEV_E_FAULT.

#include <samvev/plugin.h>
#include <samvev/command.hpp>
#include <samvev/decision.hpp>
#include <samvev/event.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace samvev {

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
