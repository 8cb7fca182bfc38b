#include "wire/subscribe_params.hpp"

#include "base/limits.hpp"

namespace samvev::wire {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t filter_text_bytes_max = 160;

tl::unexpected<Error> bad(std::string message) {
    return fail(ErrorCode::invalid_argument, std::move(message));
}

Result<std::vector<std::string>> read_texts(dom::element element, std::string_view name) {
    const std::size_t count_max =
        name == "types" ? limits::filter_types_max : limits::filter_streams_max;
    const std::string place = "filter." + std::string(name);
    dom::array items;
    if (element.get(items) != simdjson::SUCCESS || items.size() > count_max) {
        return bad(
            place + " must be a list of 1 to " + std::to_string(count_max) +
            " texts: use several subscriptions for more"
        );
    }
    if (items.size() == 0) {
        // Taken for "no condition" it would deliver everything to one who asked for nothing.
        return bad(
            place + " is empty: name what to follow, or leave " + std::string(name) +
            " out to follow all of them"
        );
    }
    std::vector<std::string> texts;
    for (const dom::element item : items) {
        std::string_view text;
        if (item.get(text) != simdjson::SUCCESS || text.empty() ||
            text.size() > filter_text_bytes_max) {
            return bad(
                place + "[" + std::to_string(texts.size()) + "] must be a text of 1 to " +
                std::to_string(filter_text_bytes_max) + " bytes"
            );
        }
        texts.emplace_back(text);
    }
    return texts;
}

Result<subscriptions::Filter> read_filter(dom::element element) {
    dom::object members;
    if (element.get(members) != simdjson::SUCCESS) {
        return bad("filter must be an object");
    }
    subscriptions::Filter filter;
    for (const auto member : members) {
        if (member.key != "cases" && member.key != "streams" && member.key != "types") {
            return bad("filter knows cases, streams and types only");
        }
        SAMVEV_TRY(std::vector<std::string> texts, read_texts(member.value, member.key));
        if (member.key == "types") {
            filter.types = std::move(texts);
        } else if (member.key == "streams") {
            // Checked by the hub, which knows what streams there are.
            filter.streams = std::move(texts);
        } else {
            for (const std::string& text : texts) {
                const auto id = base::Uuid::parse(text);
                if (!id) {
                    return bad(
                        "filter.cases[" + std::to_string(filter.cases.size()) +
                        "] is not a UUID: \"" + text + "\""
                    );
                }
                filter.cases.push_back(*id);
            }
        }
    }
    return filter;
}

}  // namespace

Result<subscriptions::SubscribeRequest> read_subscribe_params(const FrameEntry& entry) {
    dom::object params;
    if (entry.params_kind != FrameEntry::Params::object ||
        entry.params_element.get(params) != simdjson::SUCCESS) {
        return bad(R"(from is required: "start", "head" or a position)");
    }
    subscriptions::SubscribeRequest request;
    for (const auto member : params) {
        std::string_view text;
        if (member.key == "filter") {
            SAMVEV_TRY(request.filter, read_filter(member.value));
        } else if (member.key == "from") {
            if (member.value.get(text) != simdjson::SUCCESS || text.empty() ||
                text.size() > filter_text_bytes_max) {
                return bad(R"(from must be "start", "head" or a position)");
            }
            request.from = text;
        } else if (member.key == "include") {
            if (member.value.get(text) != simdjson::SUCCESS || text != "events") {
                return bad(R"(include must be "events")");
            }
        } else if (member.key != "meta") {
            return bad("events.subscribe knows filter, from, include and meta only");
        }
    }
    if (request.from.empty()) {
        return bad(R"(from is required: "start", "head" or a position)");
    }
    return request;
}

Result<std::string> read_unsubscribe_params(const FrameEntry& entry) {
    std::string_view id;
    if (entry.params_kind == FrameEntry::Params::object) {
        if (entry.params_element["subscription"].get(id) == simdjson::SUCCESS) {
            return std::string(id);
        }
    } else if (entry.params_kind == FrameEntry::Params::array) {
        dom::array items;
        if (entry.params_element.get(items) == simdjson::SUCCESS && items.size() == 1 &&
            items.at(0).get(id) == simdjson::SUCCESS) {
            return std::string(id);
        }
    }
    return bad(R"(give the id that events.subscribe returned: {"subscription":"s_1"})");
}

}  // namespace samvev::wire
