#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/gate/gate.hpp"
#include "modules/registry.hpp"
#include "store/event_log.hpp"
#include "views/query.hpp"

namespace samvev::dispatch {

// The documents of a view as one caller may see them.
//
// A document of which the caller may see every event in full is the stored one. Otherwise it is
// folded again, from the events that he may see, without the fields that he may not; where nothing
// is left there is no document. So an event, a document and an answer to a search show the same,
// and a module can neither forget nor get it wrong. Made for one answer; one thread.
class PersonalDocuments {
public:
    struct Parts {
        const store::EventLog& log;
        const modules::Registry& registry;
        const views::ViewReader& views;
    };
    PersonalDocuments(const Parts& parts, Reader& reader, modules::Registry::View view);

    // Both fail like ViewReader; get also like EventLog::scan_stream.
    [[nodiscard]] Result<std::optional<views::Document>> get(const std::string& key);
    // Pages are as full as the caller's documents make them: what is left out takes no place.
    // Limitations: looks at limits::list_rows_seen_max rows, then says where to go on.
    [[nodiscard]] Result<views::ListPage> list(views::ListQuery query);

private:
    // The events of one stream that the view takes, and what the caller may see of them.
    struct Stream {
        struct Seen {
            store::RecordedEvent event;
            const Sight* sight;  // the reader's
            // What the view's pointer finds in it, once looked for.
            std::optional<std::vector<std::string>> keys{};
        };
        std::vector<Seen> events;
    };

    [[nodiscard]] bool asks_of_the_unknown(const views::ListQuery& query) const;
    [[nodiscard]] Result<std::optional<views::Document>> see(views::Document document);
    [[nodiscard]] Result<std::optional<store::StreamId>> stream_of(const views::Document& document
    ) const;
    [[nodiscard]] Result<Stream*> stream(const store::StreamId& id);
    // Why nothing of the stream is shown, for the access log.
    [[nodiscard]] Result<std::monostate> refuse(const store::StreamId& id);
    [[nodiscard]] Result<std::optional<views::Document>> fold_again(
        const std::string& key, const std::vector<const Stream::Seen*>& inside
    ) const;
    [[nodiscard]] bool goes_into(Stream::Seen& seen, std::string_view key) const;

    const Parts parts_;
    Reader& reader_;
    const modules::Registry::View view_;
    const store::TenantId tenant_;
    const store::Position until_;  // where the view stands
    std::map<store::StreamId, std::unique_ptr<Stream>> streams_;
};

}  // namespace samvev::dispatch
