#include "scenario/fjordvik.hpp"

#include <catch2/catch.hpp>

#include "app/module_set.hpp"

namespace samvev::test {
namespace {

template <typename T>
T must(Result<T> result) {
    if (!result) {
        FAIL(result.error().message);
    }
    return std::move(*result);
}

WorldOptions with_policy(WorldOptions options) {
    options.asks_policy = true;
    return options;
}

}  // namespace

Fjordvik::Fjordvik(const std::function<void(World&)>& after_step, WorldOptions options)
    : world(must(app::load_modules(SAMVEV_BINARY_DIR "/plugins")), with_policy(std::move(options))),
      demo_(must(app::read_demo(SAMVEV_SOURCE_DIR "/config/demo"))) {
    for (const app::DemoScript& script : demo_.scripts) {
        for (std::size_t i = 0; i < script.steps.size(); ++i) {
            const app::DemoStep& step = script.steps[i];
            access::Actor as = actor(step.as);
            if (!step.role.empty()) {
                as.roles = {step.role};
            }
            const json params =
                json::parse(app::resolve_demo_dates(step.params, world.clock().now()));
            const Result<json> answer = world.command(step.method, params, as);
            INFO(script.file << " step " << i << " " << step.method);
            if (step.expect.empty()) {
                if (!answer) {
                    FAIL(answer.error().message);
                }
            } else {
                REQUIRE_FALSE(answer.has_value());
                CHECK(answer.error().data.find(step.expect) != std::string::npos);
            }
            if (after_step) {
                after_step(world);
            }
        }
    }
}

Result<json> Fjordvik::send(const std::string& as, const std::string& method, const json& params) {
    return world.command(method, params, actor(as));
}

json Fjordvik::document(const std::string& view, const std::string& case_id) {
    const auto found = must(world.projector().get(store::TenantId(9999), view, "case/" + case_id));
    REQUIRE(found.has_value());
    return json::parse(found->json);
}

std::size_t Fjordvik::count(const std::string& type, const std::string& case_id) {
    std::size_t count = 0;
    const auto scanned = world.log().scan_stream(
        {store::TenantId(9999), store::LogKind::domain}, *store::StreamId::parse("case/" + case_id),
        store::Revision(0), SIZE_MAX,
        [&](const store::EventView& event) {
            count += event.type == type ? 1U : 0U;
            return store::Visit::more;
        }
    );
    REQUIRE(scanned.has_value());
    return count;
}

}  // namespace samvev::test
