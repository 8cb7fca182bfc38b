#include "wire/frame.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "wire/json_rpc.hpp"
#include "wire/json_slices.hpp"

namespace samvev::wire {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t id_bytes_max = 128;
// Objects up to this size are compared pairwise; larger ones are sorted.
constexpr std::size_t pairwise_max = 12;

bool has_equal_names(std::vector<std::string_view>& names, std::size_t from) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(from);
    if (names.size() - from > pairwise_max) {
        std::sort(begin, names.end());
        return std::adjacent_find(begin, names.end()) != names.end();
    }
    for (auto name = begin; name != names.end(); ++name) {
        if (std::find(std::next(name), names.end(), *name) != names.end()) {
            return true;
        }
    }
    return false;
}

// Two readers of one text that pick different duplicates see different commands. The depth of the
// recursion is bounded by the parser's. `names` is scratch: names of the objects around this one
// stand before the ones looked at.
bool has_duplicate_names(dom::element element, std::vector<std::string_view>& names) {
    if (element.is_array()) {
        const dom::array items = element.get_array().value_unsafe();
        for (const dom::element item : items) {
            if (has_duplicate_names(item, names)) {
                return true;
            }
        }
        return false;
    }
    if (!element.is_object()) {
        return false;
    }
    const dom::object members = element.get_object().value_unsafe();
    const std::size_t from = names.size();
    bool found = false;
    for (const auto member : members) {
        names.push_back(member.key);
    }
    found = has_equal_names(names, from);
    names.resize(from);
    for (const auto member : members) {
        if (found) {
            break;
        }
        found = has_duplicate_names(member.value, names);
    }
    return found;
}

bool has_duplicate_members(const dom::object& object, std::vector<std::string_view>& names) {
    names.clear();
    for (const auto member : object) {
        names.push_back(member.key);
    }
    const bool found = has_equal_names(names, 0);
    names.clear();
    return found;
}

bool is_id(dom::element id) {
    std::string_view text;
    return id.is_int64() || (id.get(text) == simdjson::SUCCESS && text.size() <= id_bytes_max);
}

std::string parse_failure(simdjson::error_code error) {
    return std::string("the frame is not JSON: ") + simdjson::error_message(error);
}

}  // namespace

FrameReader::FrameReader() {
    // One more: simdjson counts the scalar inside the innermost container.
    const simdjson::error_code allocated =
        parser_.allocate(limits::message_bytes_max, limits::json_depth_max + 1);
    SAMVEV_ASSERT(allocated == simdjson::SUCCESS);
}

const Frame& FrameReader::read(std::string_view text) {
    frame_.is_batch = false;
    frame_.error.reset();
    frame_.entries.clear();
    dom::element root;
    const simdjson::error_code parsed = parser_.parse(text.data(), text.size(), false).get(root);
    if (parsed == simdjson::DEPTH_ERROR) {
        frame_.error = invalid_request("the frame is nested too deep: at most 64 levels");
        return frame_;
    }
    if (parsed != simdjson::SUCCESS) {
        frame_.error = parse_error(parse_failure(parsed));
        return frame_;
    }
    if (!root.is_array()) {
        frame_.entries.push_back(read_entry(root, text));
        return frame_;
    }
    frame_.is_batch = true;
    const dom::array items = root.get_array().value_unsafe();
    const std::size_t count = items.size();
    if (count == 0 || count > limits::batch_entries_max) {
        frame_.error = invalid_request(
            count == 0 ? "a batch must have at least one entry"
                       : "a batch has at most 50 entries: send the rest in further ones"
        );
        return frame_;
    }
    JsonSlices slices(text);
    for (const dom::element item : items) {
        frame_.entries.push_back(read_entry(item, slices.next().value_or(std::string_view())));
    }
    return frame_;
}

FrameEntry FrameReader::read_entry(dom::element element, std::string_view text) {
    FrameEntry entry;
    entry.id = "null";
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
        entry.error = invalid_request("a request is a JSON object");
        return entry;
    }
    if (has_duplicate_members(object, names_)) {
        entry.error = invalid_request("the request names a member twice");
        return entry;
    }
    bool has_id = false;
    std::optional<dom::element> version;
    std::optional<dom::element> id;
    std::optional<dom::element> method;
    std::optional<dom::element> params;
    std::string_view id_text;
    JsonSlices slices(text);
    for (const auto member : object) {
        const std::string_view slice = slices.next().value_or(std::string_view());
        if (member.key == "id") {
            has_id = true;
            id = member.value;
            id_text = slice;
        } else if (member.key == "jsonrpc") {
            version = member.value;
        } else if (member.key == "method") {
            method = member.value;
        } else if (member.key == "params") {
            params = member.value;
            entry.params_text = slice;
        }
    }
    if (has_id) {
        if (!is_id(*id)) {
            entry.error =
                invalid_request("an id is a string of at most 128 bytes or a 64-bit integer");
            return entry;
        }
        entry.id = id_text;
    }
    std::string_view version_text;
    if (!version || version->get(version_text) != simdjson::SUCCESS || version_text != "2.0") {
        entry.error = invalid_request(R"("jsonrpc" must be "2.0")");
        return entry;
    }
    if (!method || method->get(entry.method) != simdjson::SUCCESS || entry.method.empty()) {
        entry.error = invalid_request(R"("method" must be a name)");
        return entry;
    }
    if (params) {
        if (!params->is_object() && !params->is_array()) {
            entry.error = invalid_request(R"("params" must be an object, or be left out)");
            return entry;
        }
        entry.params_kind =
            params->is_object() ? FrameEntry::Params::object : FrameEntry::Params::array;
        entry.params_element = *params;
    }
    entry.kind = has_id ? FrameEntry::Kind::request : FrameEntry::Kind::notification;
    names_.clear();
    if (params && has_duplicate_names(*params, names_)) {
        entry.error = Error{ErrorCode::invalid_argument, "params name a member twice"};
    }
    return entry;
}

}  // namespace samvev::wire
