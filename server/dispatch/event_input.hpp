#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "modules/module.hpp"
#include "modules/registry.hpp"
#include "store/event.hpp"

namespace samvev::dispatch {

// Stored events as modules see them: ids as text, data brought to the newest version. Owns the
// texts that the EventIns point to; `add` copies what the view points to.
class EventInputs {
public:
    // Fails with module_fault when an upcast step fails.
    [[nodiscard]] Result<std::monostate> add(
        const store::EventView& event, const modules::Registry& registry
    );
    [[nodiscard]] std::span<const modules::EventIn> events() const noexcept { return events_; }
    [[nodiscard]] bool empty() const noexcept { return events_.empty(); }
    void clear();

private:
    // Returns a view that lives as long as this object.
    std::string_view keep(std::string text);

    std::deque<std::string> texts_;
    std::vector<modules::EventIn> events_;
};

}  // namespace samvev::dispatch
