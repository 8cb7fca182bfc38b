#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "modules/module.hpp"

namespace samvev::test {

// A module that only reacts: a manifest and a function.
class ReactingModule final : public modules::Module {
public:
    using React = std::function<Result<std::vector<modules::CommandOut>>(const modules::EventIn&)>;

    // Reacts to events of these types with commands of these names.
    ReactingModule(
        std::string id, std::vector<std::string> on, std::vector<std::string> sends, React react
    )
        : react_(std::move(react)) {
        manifest_.id = std::move(id);
        if (!on.empty()) {
            manifest_.reactions.push_back({std::move(on), std::move(sends)});
        }
    }

    const modules::Manifest& manifest() const noexcept override { return manifest_; }
    Result<std::unique_ptr<modules::StateHandle>>
    open_state(std::string_view, std::optional<std::string_view>) const override {
        return not_here();
    }
    Result<std::monostate> apply(modules::StateHandle&, std::span<const modules::EventIn>)
        const override {
        return not_here();
    }
    Result<std::string> save_state(const modules::StateHandle&) const override {
        return not_here();
    }
    Result<modules::DecisionOut> decide(const modules::StateHandle&, const modules::CommandIn&)
        const override {
        return not_here();
    }
    Result<std::optional<std::string>>
    fold(std::string_view, std::string_view, std::optional<std::string_view>, std::span<const modules::EventIn>)
        const override {
        return not_here();
    }
    Result<std::string> upcast(const modules::EventIn&) const override { return not_here(); }
    Result<std::vector<modules::CommandOut>> react(const modules::EventIn& event) const override {
        return react_(event);
    }

private:
    static tl::unexpected<Error> not_here() {
        return fail(ErrorCode::unsupported, "This module only reacts.");
    }
    modules::Manifest manifest_;
    React react_;
};

}  // namespace samvev::test
