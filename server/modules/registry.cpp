#include "modules/registry.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "modules/refusal.hpp"

namespace samvev::modules {

namespace {

template <typename T>
using ByName = std::map<std::string, T, std::less<>>;

template <typename T>
T find(const ByName<T>& map, std::string_view name) noexcept {
    const auto found = map.find(name);
    return found == map.end() ? T{} : found->second;
}

std::string who(const Manifest& manifest) {
    return manifest.id + " " + manifest.version;
}

bool is_pattern(std::string_view type) noexcept {
    return type.ends_with('*');
}

class ModuleRegistry final : public Registry {
public:
    explicit ModuleRegistry(std::vector<std::unique_ptr<Module>> modules)
        : modules_(std::move(modules)) {}

    // First what each owns, then what each needs of the others.
    [[nodiscard]] Result<std::monostate> build() {
        for (const auto& module : modules_) {
            SAMVEV_CHECK_OK(add(*module));
        }
        for (const auto& module : modules_) {
            SAMVEV_CHECK_OK(check_streams(module->manifest()));
            SAMVEV_CHECK_OK(check_events(module->manifest()));
            SAMVEV_CHECK_OK(check_sends(module->manifest()));
        }
        return std::monostate{};
    }

    [[nodiscard]] Command command(std::string_view name) const noexcept override {
        return find(commands_, name);
    }
    [[nodiscard]] Event event(std::string_view type) const noexcept override {
        return find(events_, type);
    }
    [[nodiscard]] View view(std::string_view id) const noexcept override {
        return find(views_, id);
    }
    [[nodiscard]] const Module* module(std::string_view id) const noexcept override {
        return find(ids_, id);
    }
    [[nodiscard]] std::span<const std::unique_ptr<Module>> modules() const noexcept override {
        return modules_;
    }
    [[nodiscard]] bool knows_stream_kind(std::string_view kind) const noexcept override {
        return kinds_.find(kind) != kinds_.end();
    }

    [[nodiscard]] Result<Upcasted> upcast(const EventIn& event) const override {
        Upcasted out{event.version, event.data ? std::string(*event.data) : std::string()};
        const Event known = this->event(event.type);
        // Without data there is nothing to bring up: readers must manage with the envelope.
        if (known.type == nullptr || !event.data) {
            return out;
        }
        while (out.version < known.type->version) {
            EventIn step = event;
            step.version = out.version;
            step.data = out.data;
            SAMVEV_TRY(out.data, known.module->upcast(step));
            ++out.version;
        }
        return out;
    }

private:
    using Owners = ByName<const Module*>;

    static tl::unexpected<Error> refused(
        Refusal code, const Manifest& manifest, const std::string& what
    ) {
        return tl::unexpected<Error>(refusal(code, who(manifest), what));
    }

    // Takes a name for a module, or refuses with both owners.
    static Result<std::monostate> own(
        Owners& owners, const Module& module, const std::string& name, const char* what
    ) {
        const auto [at, fresh] = owners.try_emplace(name, &module);
        if (!fresh) {
            return refused(
                Refusal::owned_twice, module.manifest(),
                std::string(what) + " '" + name + "' is declared here and by " +
                    who(at->second->manifest()) + ". Load only one of them"
            );
        }
        return std::monostate{};
    }

    Result<std::monostate> add(const Module& module) {
        const Manifest& manifest = module.manifest();
        SAMVEV_CHECK_OK(own(ids_, module, manifest.id, "module id"));
        for (const std::string& kind : manifest.owns) {
            SAMVEV_CHECK_OK(own(kinds_, module, kind, "stream kind"));
        }
        for (const EventType& type : manifest.events) {
            const auto [at, fresh] = events_.try_emplace(type.type, Event{&module, &type});
            if (!fresh && at->second.module != &module) {
                return refused(
                    Refusal::owned_twice, manifest,
                    "event '" + type.type + "' is declared here and by " +
                        who(at->second.module->manifest()) + ". Load only one of them"
                );
            }
            if (type.version > at->second.type->version) {
                at->second.type = &type;
            }
        }
        for (const CommandType& type : manifest.commands) {
            SAMVEV_CHECK_OK(own(methods_, module, type.name, "command or view"));
            commands_.emplace(type.name, Command{&module, &type});
        }
        for (const ViewType& type : manifest.views) {
            SAMVEV_CHECK_OK(own(methods_, module, type.id, "command or view"));
            views_.emplace(type.id, View{&module, &type});
        }
        for (const auto& [claim, rejection] : manifest.claims) {
            SAMVEV_CHECK_OK(own(claims_, module, claim, "claim"));
        }
        return std::monostate{};
    }

    Result<std::monostate> check_streams(const Manifest& manifest) const {
        const auto need = [&](const std::string& kind,
                              const std::string& where) -> Result<std::monostate> {
            if (!knows_stream_kind(kind)) {
                return refused(
                    Refusal::unknown_stream, manifest,
                    where + " names stream kind '" + kind +
                        "', which no loaded module owns. Load its owner, or correct the name"
                );
            }
            return std::monostate{};
        };
        for (const std::string& kind : manifest.extends) {
            SAMVEV_CHECK_OK(need(kind, "'extends'"));
        }
        for (const Fold& fold : manifest.folds) {
            SAMVEV_CHECK_OK(need(fold.stream_kind, "'folds'"));
        }
        for (const ViewType& view : manifest.views) {
            for (const std::string& kind : view.stream_kinds) {
                SAMVEV_CHECK_OK(need(kind, "view " + view.id));
            }
        }
        return std::monostate{};
    }

    Result<std::monostate> check_events(const Manifest& manifest) const {
        const auto need = [&](const std::vector<std::string>& types,
                              const std::string& where) -> Result<std::monostate> {
            for (const std::string& type : types) {
                if (!is_pattern(type) && events_.find(type) == events_.end()) {
                    return refused(
                        Refusal::unknown_event, manifest,
                        where + " names event '" + type +
                            "', which no loaded module declares. Load its module, write "
                            "'<module>.*', or correct the name"
                    );
                }
            }
            return std::monostate{};
        };
        for (const Fold& fold : manifest.folds) {
            SAMVEV_CHECK_OK(need(fold.events, "'folds' of " + fold.stream_kind));
        }
        for (const ViewType& view : manifest.views) {
            SAMVEV_CHECK_OK(need(view.on, "view " + view.id));
        }
        for (const ReactionType& reaction : manifest.reactions) {
            SAMVEV_CHECK_OK(need(reaction.on, "a reaction"));
        }
        return std::monostate{};
    }

    Result<std::monostate> check_sends(const Manifest& manifest) const {
        for (const ReactionType& reaction : manifest.reactions) {
            for (const std::string& name : reaction.sends) {
                const Command target = command(name);
                if (target.type == nullptr) {
                    return refused(
                        Refusal::unknown_command, manifest,
                        "a reaction sends '" + name +
                            "', which no loaded module declares. Load its module, or correct the "
                            "name"
                    );
                }
                const auto& roles = target.type->roles;
                if (std::find(roles.begin(), roles.end(), "system:reaction") == roles.end()) {
                    return refused(
                        Refusal::unknown_command, manifest,
                        "a reaction sends '" + name + "' of " + who(target.module->manifest()) +
                            ", whose roles lack 'system:reaction'. Add it there, or do not send it"
                    );
                }
            }
        }
        return std::monostate{};
    }

    std::vector<std::unique_ptr<Module>> modules_;
    Owners ids_;
    Owners kinds_;
    Owners methods_;
    Owners claims_;
    ByName<Command> commands_;
    ByName<Event> events_;
    ByName<View> views_;
};

}  // namespace

Result<std::unique_ptr<Registry>> Registry::make(std::vector<std::unique_ptr<Module>> modules) {
    auto registry = std::make_unique<ModuleRegistry>(std::move(modules));
    SAMVEV_CHECK_OK(registry->build());
    return std::unique_ptr<Registry>(std::move(registry));
}

}  // namespace samvev::modules
