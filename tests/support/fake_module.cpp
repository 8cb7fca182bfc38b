#include "support/fake_module.hpp"

#include <utility>

namespace samvev::test {
namespace {

tl::unexpected<Error> not_faked() {
    return fail(ErrorCode::unsupported, "The fake module does not do that.");
}

class FakeRegistry final : public modules::Registry {
public:
    explicit FakeRegistry(std::vector<std::unique_ptr<modules::Module>> modules)
        : modules_(std::move(modules)) {}

    Command command(std::string_view name) const noexcept override {
        for (const auto& module : modules_) {
            for (const modules::CommandType& type : module->manifest().commands) {
                if (type.name == name) {
                    return {module.get(), &type};
                }
            }
        }
        return {};
    }
    Event event(std::string_view type) const noexcept override {
        Event newest;
        for (const auto& module : modules_) {
            for (const modules::EventType& known : module->manifest().events) {
                if (known.type == type &&
                    (newest.type == nullptr || known.version > newest.type->version)) {
                    newest = {module.get(), &known};
                }
            }
        }
        return newest;
    }
    View view(std::string_view id) const noexcept override {
        for (const auto& module : modules_) {
            for (const modules::ViewType& type : module->manifest().views) {
                if (type.id == id) {
                    return {module.get(), &type};
                }
            }
        }
        return {};
    }
    const modules::Module* module(std::string_view id) const noexcept override {
        for (const auto& module : modules_) {
            if (module->manifest().id == id) {
                return module.get();
            }
        }
        return nullptr;
    }
    std::span<const std::unique_ptr<modules::Module>> modules() const noexcept override {
        return modules_;
    }
    bool knows_stream_kind(std::string_view) const noexcept override { return true; }

    Result<Upcasted> upcast(const modules::EventIn& event) const override {
        const Event newest = this->event(event.type);
        modules::EventIn step = event;
        std::string data(event.data.value_or(""));
        while (newest.type != nullptr && step.version < newest.type->version) {
            SAMVEV_TRY(data, newest.module->upcast(step));
            ++step.version;
            step.data = data;
        }
        return Upcasted{step.version, data};
    }

private:
    const std::vector<std::unique_ptr<modules::Module>> modules_;
};

}  // namespace

FakeModule::FakeModule(modules::Manifest manifest, FoldFunction fold, UpcastFunction upcast)
    : manifest_(std::move(manifest)), fold_(std::move(fold)), upcast_(std::move(upcast)) {}

Result<std::unique_ptr<modules::StateHandle>>
FakeModule::open_state(std::string_view, std::optional<std::string_view>) const {
    return not_faked();
}
Result<std::monostate> FakeModule::apply(modules::StateHandle&, std::span<const modules::EventIn>)
    const {
    return not_faked();
}
Result<std::string> FakeModule::save_state(const modules::StateHandle&) const {
    return not_faked();
}
Result<modules::DecisionOut>
FakeModule::decide(const modules::StateHandle&, const modules::CommandIn&) const {
    return not_faked();
}
Result<FakeModule::Document> FakeModule::fold(
    std::string_view view, std::string_view key, std::optional<std::string_view> document,
    std::span<const modules::EventIn> events
) const {
    return fold_(view, key, document, events);
}
Result<std::string> FakeModule::upcast(const modules::EventIn& event) const {
    return upcast_ ? upcast_(event) : Result<std::string>(not_faked());
}
Result<std::vector<modules::CommandOut>> FakeModule::react(const modules::EventIn&) const {
    return not_faked();
}

std::unique_ptr<modules::Registry> make_fake_registry(
    std::vector<std::unique_ptr<modules::Module>> modules
) {
    return std::make_unique<FakeRegistry>(std::move(modules));
}

}  // namespace samvev::test
