#include "views/tenant_view.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/limits.hpp"

namespace samvev::views {

TenantView::TenantView(
    const CatalogView& view, store::TenantId tenant, std::string_view index_key,
    store::Table& table, store::PayloadSeal* seal
)
    : coder_(view, tenant, index_key),
      seal_(seal, tenant, view.type->id),
      tenant_(tenant),
      prefix_(view_prefix(tenant, view.type->id)),
      table_(table) {}

Result<std::monostate> TenantView::load(const store::LogHead& head) {
    loaded_ = false;
    SAMVEV_TRY(const auto bytes, table_.get(state_key(prefix_)));
    // Rows are derived: a state that cannot be read is answered by building again.
    const auto found = bytes ? decode_view_state(*bytes) : std::nullopt;
    const bool is_first_time = !published_.active.has_value();
    if (is_first_time) {
        SAMVEV_CHECK_OK(remove_strays(found));
    }
    const GenerationNumber before = state_.active.number;
    state_ = found.value_or(ViewState{first_generation(1, head), std::nullopt});
    if (!is_first_time && before != state_.active.number) {
        retired_.push_back(before
        );  // The write that swapped them did succeed, and said it had not.
    }
    written_ = state_.active.position;
    active_counts_ = is_same_history(state_.active, head);
    active_folds_ = is_current(state_.active, head);
    loaded_ = true;
    publish();
    if (state_.building && !is_current(*state_.building, head)) {
        return active_folds_ ? abandon_building() : start_building(head);
    }
    if (!active_folds_ && !state_.building) {
        return start_building(head);
    }
    return std::monostate{};
}

bool TenantView::folds(Slot slot) const noexcept {
    return loaded_ && (slot == Slot::active ? active_folds_ : state_.building.has_value());
}

store::Position TenantView::next(Slot slot) const noexcept {
    return slot == Slot::active ? state_.active.position : state_.building->position;
}

GenerationNumber TenantView::number(Slot slot) const noexcept {
    return slot == Slot::active ? state_.active.number : state_.building->number;
}

bool TenantView::is_settled(store::Position head) const noexcept {
    const bool is_paused = pauses_[at(Slot::active)] || pauses_[at(Slot::building)];
    return folds(Slot::active) && state_.active.position >= head && !state_.building &&
           retired_.empty() && !is_paused;
}

Result<std::monostate> TenantView::advance(
    Slot slot, store::TableBatch changes, store::Position next, store::Position head
) {
    ViewState state = state_;
    if (slot == Slot::active) {
        state.active.position = next;
        if (changes.empty() && next.value() - written_.value() < limits::projector_batch_events) {
            state_.active.position = next;
            publish();
            return std::monostate{};
        }
        return write(std::move(changes), std::move(state));
    }
    SAMVEV_ASSERT(state.building.has_value());
    state.building->position = next;
    // Never backwards: who has read the old one at its position must find that in the new one.
    const bool takes_over = next >= head && (!active_counts_ || next >= state.active.position);
    if (takes_over) {
        state.active = *state.building;
        state.building.reset();
    }
    return write(std::move(changes), std::move(state));
}

Result<std::monostate> TenantView::start_building(const store::LogHead& head) {
    store::TableBatch batch;
    ViewState state = state_;
    GenerationNumber last = state.active.number;
    if (state.building) {
        last = state.building->number;
        remove_rows(batch, last);
    }
    state.building = first_generation(last + 1, head);
    return write(std::move(batch), std::move(state));
}

Result<std::monostate> TenantView::abandon_building() {
    if (!state_.building) {
        return std::monostate{};
    }
    store::TableBatch batch;
    ViewState state = state_;
    remove_rows(batch, state.building->number);
    state.building.reset();
    return write(std::move(batch), std::move(state));
}

Result<std::monostate> TenantView::remove_retired() {
    for (auto number = retired_.begin(); number != retired_.end();) {
        {
            const std::lock_guard lock(mutex_);
            if (pins_.contains(*number)) {
                ++number;
                continue;
            }
        }
        // Nobody can pin it any more: pins are taken of the active generation only.
        store::TableBatch batch;
        remove_rows(batch, *number);
        SAMVEV_CHECK_OK(table_.write(batch));
        number = retired_.erase(number);
    }
    return std::monostate{};
}

void TenantView::set_pause(Slot slot, std::optional<Pause> pause) {
    pauses_[at(slot)] = std::move(pause);
    publish();
}

store::Position TenantView::position() const {
    const std::lock_guard lock(mutex_);
    return published_.position;
}

std::string TenantView::paused() const {
    const std::lock_guard lock(mutex_);
    const auto reason =
        std::ranges::find_if(published_.paused, [](const auto& text) { return !text.empty(); });
    return reason == published_.paused.end() ? std::string() : *reason;
}

TenantView::Pin::Pin(const TenantView& view) : view_(view) {
    const std::lock_guard lock(view_.mutex_);
    number_ = view_.published_.active;
    if (number_) {
        ++view_.pins_[*number_];
    }
}

TenantView::Pin::~Pin() {
    if (!number_) {
        return;
    }
    const std::lock_guard lock(view_.mutex_);
    const auto pins = view_.pins_.find(*number_);
    SAMVEV_ASSERT(pins != view_.pins_.end());
    if (--pins->second == 0) {
        view_.pins_.erase(pins);
    }
}

Generation TenantView::first_generation(GenerationNumber number, const store::LogHead& head) const {
    return {number, view().type->version, view().definition, head.epoch, store::Position(0)};
}

bool TenantView::is_same_history(const Generation& generation, const store::LogHead& head)
    const noexcept {
    return generation.epoch == head.epoch && generation.position <= head.next;
}

bool TenantView::is_current(const Generation& generation, const store::LogHead& head)
    const noexcept {
    return is_same_history(generation, head) && generation.definition == view().definition;
}

// A kill between a swap and the removal of the old rows leaves them behind.
Result<std::monostate> TenantView::remove_strays(const std::optional<ViewState>& state) const {
    std::vector<GenerationNumber> kept;
    if (state) {
        kept.push_back(state->active.number);
        if (state->building) {
            kept.push_back(state->building->number);
        }
    }
    store::TableBatch batch;
    std::string from = generation_prefix(prefix_, 0);
    const auto remove_until = [&](const std::string& end) -> Result<std::monostate> {
        bool found = false;
        SAMVEV_CHECK_OK(table_.scan(from, end, [&found](std::string_view, std::string_view) {
            found = true;
            return false;
        }));
        if (found) {
            batch.remove_range(from, end);
        }
        return std::monostate{};
    };
    for (const GenerationNumber number : kept) {
        const std::string keep = generation_prefix(prefix_, number);
        SAMVEV_CHECK_OK(remove_until(keep));
        from = prefix_end(keep);
    }
    SAMVEV_CHECK_OK(remove_until(prefix_end(prefix_)));
    return batch.empty() ? Result<std::monostate>(std::monostate{}) : table_.write(batch);
}

void TenantView::remove_rows(store::TableBatch& batch, GenerationNumber generation) const {
    const std::string prefix = generation_prefix(prefix_, generation);
    batch.remove_range(prefix, prefix_end(prefix));
}

Result<std::monostate> TenantView::write(store::TableBatch batch, ViewState state) {
    batch.put(state_key(prefix_), encode_view_state(state));
    if (auto written = table_.write(batch); !written) {
        // It may have reached the disk all the same: only reading it back can tell.
        loaded_ = false;
        return written;
    }
    if (state.active.number != state_.active.number) {
        retired_.push_back(state_.active.number);
        active_folds_ = true;
        active_counts_ = true;
        pauses_[at(Slot::active)].reset();
    }
    state_ = std::move(state);
    written_ = state_.active.position;
    if (!state_.building) {
        pauses_[at(Slot::building)].reset();
    }
    publish();
    return std::monostate{};
}

void TenantView::publish() {
    const std::lock_guard lock(mutex_);
    if (loaded_) {
        published_.active = state_.active.number;
        published_.position = active_counts_ ? state_.active.position : store::Position(0);
    }
    for (const Slot slot : {Slot::active, Slot::building}) {
        const auto& pause = pauses_[at(slot)];
        published_.paused[at(slot)] = pause ? pause->reason : std::string();
    }
}

}  // namespace samvev::views
