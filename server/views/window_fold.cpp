#include "views/window_fold.hpp"

#include <algorithm>
#include <deque>
#include <thread>
#include <unordered_map>

#include "views/document_row.hpp"
#include "views/json_scalars.hpp"

namespace samvev::views {
namespace {

// One document and the events of the window that go into it.
struct FoldJob {
    std::string_view key;
    std::vector<const WindowEvent*> events;
    std::vector<store::TableBatch::Change> changes;
    std::optional<Error> error;
};

struct Plan {
    std::deque<std::string> made_keys;   // Keys that are not part of the window's texts.
    std::vector<FoldJob> jobs;           // In the order of their first event.
    std::optional<FoldFailure> failure;  // An event that cannot be read; the plan ends before it.
};

class Fold {
public:
    Fold(const EntryCoder& coder, const StoredGeneration& generation)
        : coder_(coder), view_(coder.view()), generation_(generation) {}

    [[nodiscard]] Plan plan(const EventWindow& window, store::Position until) const;
    void run(FoldJob& job) const;
    // The first of the job's events that cannot be folded.
    [[nodiscard]] const WindowEvent& culprit(const FoldJob& job) const;

private:
    using Json = std::optional<std::string>;

    [[nodiscard]] Result<std::monostate> append_keys(
        const WindowEvent& event, Plan& plan, std::vector<std::string_view>& keys
    ) const;
    [[nodiscard]] Result<std::monostate> append_pointed_keys(
        const WindowEvent& event, Plan& plan, std::vector<std::string_view>& keys
    ) const;
    [[nodiscard]] Result<std::monostate> try_run(FoldJob& job) const;
    [[nodiscard]] Result<std::string> row_of(
        const FoldJob& job, const std::optional<DocumentRow>& before, std::string_view row_key,
        std::span<const std::string> entries, std::string_view json
    ) const;
    [[nodiscard]] Result<Json> fold(
        std::string_view key, const Json& document, std::span<const modules::EventIn> events
    ) const;

    const EntryCoder& coder_;
    const CatalogView& view_;
    const StoredGeneration& generation_;
};

Result<std::monostate> Fold::append_pointed_keys(
    const WindowEvent& event, Plan& plan, std::vector<std::string_view>& keys
) const {
    if (!event.in.data) {
        return std::monostate{};  // Removed: what it belonged to cannot be known any more.
    }
    thread_local JsonScalars json;
    if (!json.parse(*event.in.data)) {
        return fail(ErrorCode::corrupt, "The data of the event is not JSON.");
    }
    std::vector<Scalar> values;
    json.collect(view_.type->key_pointer, values);
    for (const Scalar& value : values) {
        std::string key;
        if (const auto* const text = std::get_if<std::string_view>(&value)) {
            key = *text;
        } else if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
            key = std::to_string(*integer);
        }
        const bool repeated = std::ranges::find(keys, key) != keys.end();
        if (!key.empty() && !repeated) {
            keys.push_back(plan.made_keys.emplace_back(std::move(key)));
        }
    }
    return std::monostate{};
}

Result<std::monostate> Fold::append_keys(
    const WindowEvent& event, Plan& plan, std::vector<std::string_view>& keys
) const {
    switch (view_.type->key) {
        case modules::ViewType::Key::stream:
            keys.push_back(event.stream_key);
            break;
        case modules::ViewType::Key::entity:
            if (!event.entity_key.empty()) {
                keys.push_back(event.entity_key);
            }
            break;
        case modules::ViewType::Key::event:
            keys.push_back(event.in.id);
            break;
        case modules::ViewType::Key::pointer:
            return append_pointed_keys(event, plan, keys);
    }
    return std::monostate{};
}

Plan Fold::plan(const EventWindow& window, store::Position until) const {
    Plan plan;
    std::unordered_map<std::string_view, std::size_t> job_of;
    std::vector<std::string_view> keys;
    for (const WindowEvent& event : window.events) {
        if (event.position >= until) {
            break;
        }
        if (!event.interest->taken_by[view_.place]) {
            continue;
        }
        keys.clear();
        std::optional<Error> error;
        if (event.unreadable != nullptr) {
            error = *event.unreadable;
        } else {
            if (auto appended = append_keys(event, plan, keys); !appended) {
                error = std::move(appended.error());
            }
        }
        if (error) {
            plan.failure = {event.position, std::string(event.in.id), std::move(*error)};
            break;
        }
        for (const std::string_view key : keys) {
            const auto [place, is_new] = job_of.try_emplace(key, plan.jobs.size());
            if (is_new) {
                plan.jobs.push_back({.key = key, .events = {}, .changes = {}, .error = {}});
            }
            plan.jobs[place->second].events.push_back(&event);
        }
    }
    return plan;
}

Result<Fold::Json> Fold::fold(
    std::string_view key, const Json& document, std::span<const modules::EventIn> events
) const {
    return view_.module->fold(
        view_.type->id, key, document ? std::optional<std::string_view>(*document) : std::nullopt,
        events
    );
}

Result<std::monostate> Fold::try_run(FoldJob& job) const {
    const std::string row_key =
        documents_prefix(generation_.view_prefix, generation_.number).append(job.key);
    SAMVEV_TRY(const auto bytes, generation_.table.get(row_key));
    std::optional<DocumentRow> before;
    Json document;
    if (bytes) {
        before = decode_document_row(*bytes);
        if (!before) {
            return fail(
                ErrorCode::corrupt, "The row of a view document cannot be read; rebuild the view."
            );
        }
        SAMVEV_TRY(document, generation_.seal.open(row_key, *before));
    }
    std::vector<modules::EventIn> events;
    events.reserve(job.events.size());
    for (const WindowEvent* const event : job.events) {
        events.push_back(event->in);
    }
    SAMVEV_TRY(const Json after, fold(job.key, document, events));
    if (after == document && bytes.has_value() == document.has_value()) {
        return std::monostate{};
    }
    std::vector<std::string> entries;
    if (after) {
        SAMVEV_TRY(entries, coder_.entries_of(*after));
    }
    using Change = store::TableBatch::Change;
    const std::string entries_start = entries_prefix(generation_.view_prefix, generation_.number);
    const auto entry_key = [&](std::string_view entry) {
        return std::string(entries_start).append(entry).append(job.key);
    };
    const auto known = before ? before->entries : std::vector<std::string_view>();
    for (const std::string_view entry : known) {
        if (!std::ranges::binary_search(entries, entry, std::less<>())) {
            job.changes.push_back({Change::Kind::remove, entry_key(entry), {}});
        }
    }
    for (const std::string& entry : entries) {
        if (!std::ranges::binary_search(known, std::string_view(entry))) {
            job.changes.push_back({Change::Kind::put, entry_key(entry), {}});
        }
    }
    if (after) {
        SAMVEV_TRY(std::string row, row_of(job, before, row_key, entries, *after));
        job.changes.push_back({Change::Kind::put, row_key, std::move(row)});
    } else {
        job.changes.push_back({Change::Kind::remove, row_key, {}});
    }
    return std::monostate{};
}

Result<std::string> Fold::row_of(
    const FoldJob& job, const std::optional<DocumentRow>& before, std::string_view row_key,
    std::span<const std::string> entries, std::string_view json
) const {
    const WindowEvent& first = *job.events.front();
    const bool is_of_one = std::ranges::all_of(job.events, [&](const WindowEvent* event) {
        return event->stream_key == first.stream_key;
    });
    const DocumentSeal& seal = generation_.seal;
    const store::StreamId owner =
        is_of_one ? seal.owner({std::string(first.in.stream_kind), first.stream_id}, before)
                  : seal.shared_owner();
    Result<std::string> row = seal.encode(owner, row_key, entries, json);
    if (row || row.error().code != ErrorCode::gone) {
        return row;
    }
    // What was read before its stream was erased is not kept: read again, it holds nothing more.
    const bool holds_data = std::ranges::any_of(job.events, [](const WindowEvent* event) {
        return event->in.data.has_value();
    });
    return holds_data ? row : seal.encode(seal.shared_owner(), row_key, entries, json);
}

void Fold::run(FoldJob& job) const {
    if (auto done = try_run(job); !done) {
        job.error = std::move(done.error());
    }
}

const WindowEvent& Fold::culprit(const FoldJob& job) const {
    const auto stored = find_document(generation_, job.key);
    if (!stored) {
        return *job.events.front();
    }
    Json document;
    if (*stored) {
        document = (*stored)->json;
    }
    for (const WindowEvent* const event : job.events) {
        auto folded = fold(job.key, document, {&event->in, 1});
        if (!folded || (*folded && !coder_.entries_of(**folded))) {
            return *event;
        }
        document = std::move(*folded);
    }
    // One by one they can be folded, together they cannot: nothing of the job is believed.
    return *job.events.front();
}

// By key: inserting in order is what the table is quickest at.
store::TableBatch batch_of(std::vector<FoldJob>& jobs) {
    using Change = store::TableBatch::Change;
    std::vector<Change*> changes;
    for (FoldJob& job : jobs) {
        for (Change& change : job.changes) {
            changes.push_back(&change);
        }
    }
    std::ranges::sort(changes, {}, [](const Change* change) {
        return std::string_view(change->key);
    });
    store::TableBatch batch;
    for (Change* const change : changes) {
        if (change->kind == Change::Kind::put) {
            batch.put(std::move(change->key), std::move(change->value));
        } else {
            batch.remove(std::move(change->key));
        }
    }
    return batch;
}

}  // namespace

FoldedWindow fold_window(
    const EventWindow& window, const EntryCoder& coder, const StoredGeneration& generation,
    const Workers& workers
) {
    const Fold fold(coder, generation);
    FoldedWindow folded;
    folded.next = window.next;
    for (;;) {
        Plan plan = fold.plan(window, folded.next);
        if (plan.failure) {
            folded.next = plan.failure->position;
            folded.failure = std::move(plan.failure);
        }
        for_each_index(workers, plan.jobs.size(), [&](std::size_t i) {
            fold.run(plan.jobs[i]);
            // A kernel that preempts lazily would let a command wait for the next tick, 4 ms.
            std::this_thread::yield();
        });
        const FoldJob* failed = nullptr;
        const WindowEvent* first = nullptr;
        for (const FoldJob& job : plan.jobs) {
            const bool may_be_first =
                first == nullptr || job.events.front()->position < first->position;
            if (!job.error || !may_be_first) {
                continue;
            }
            const WindowEvent& event = fold.culprit(job);
            if (first == nullptr || event.position < first->position) {
                failed = &job;
                first = &event;
            }
        }
        if (failed == nullptr) {
            folded.changes = batch_of(plan.jobs);
            return folded;
        }
        // Again, but only up to the event that failed: everything before it counts.
        folded.next = first->position;
        folded.failure = {first->position, std::string(first->in.id), *failed->error};
    }
}

}  // namespace samvev::views
