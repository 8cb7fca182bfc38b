#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "modules/module.hpp"
#include "modules/registry.hpp"

namespace samvev::test {

// A module that is a manifest and two functions: for tests of what stands above modules.
class FakeModule final : public modules::Module {
public:
    using Document = std::optional<std::string>;
    using FoldFunction = std::function<Result<Document>(
        std::string_view view, std::string_view key, std::optional<std::string_view> document,
        std::span<const modules::EventIn> events
    )>;
    using UpcastFunction = std::function<Result<std::string>(const modules::EventIn&)>;

    FakeModule(modules::Manifest manifest, FoldFunction fold, UpcastFunction upcast = {});

    const modules::Manifest& manifest() const noexcept override { return manifest_; }
    Result<std::unique_ptr<modules::StateHandle>> open_state(
        std::string_view stream_kind, std::optional<std::string_view> snapshot
    ) const override;
    Result<std::monostate> apply(
        modules::StateHandle& state, std::span<const modules::EventIn> events
    ) const override;
    Result<std::string> save_state(const modules::StateHandle& state) const override;
    Result<modules::DecisionOut> decide(
        const modules::StateHandle& state, const modules::CommandIn& command
    ) const override;
    Result<Document> fold(
        std::string_view view, std::string_view key, std::optional<std::string_view> document,
        std::span<const modules::EventIn> events
    ) const override;
    Result<std::string> upcast(const modules::EventIn& event) const override;
    Result<std::vector<modules::CommandOut>> react(const modules::EventIn& event) const override;

private:
    const modules::Manifest manifest_;
    const FoldFunction fold_;
    const UpcastFunction upcast_;
};

// Modules as they are, without the checks of the real registry.
[[nodiscard]] std::unique_ptr<modules::Registry> make_fake_registry(
    std::vector<std::unique_ptr<modules::Module>> modules
);

}  // namespace samvev::test
