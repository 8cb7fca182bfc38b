#include "views/list_range.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "store/bytes.hpp"
#include "store/keys/ciphers.hpp"
#include "views/json_scalars.hpp"
#include "views/scalar_code.hpp"

namespace samvev::views {
namespace {

constexpr std::size_t mark_bytes = 8;

std::optional<std::string> from_base64url(std::string_view text) {
    static constexpr auto values = [] {
        constexpr std::string_view digits =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        std::array<int, 256> table{};
        table.fill(-1);
        for (std::size_t i = 0; i < digits.size(); ++i) {
            table[static_cast<unsigned char>(digits[i])] = static_cast<int>(i);
        }
        return table;
    }();
    std::string out;
    out.reserve(text.size() * 3 / 4);
    unsigned bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) {
            return std::nullopt;
        }
        held = (held << 6) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<char>(held >> bits));
            held &= (1U << bits) - 1;
        }
    }
    return out;
}

// Reads one scalar; it points into `json`.
Result<Scalar> parse_scalar(JsonScalars& json, std::string_view text, std::string_view what) {
    std::vector<Scalar> values;
    const bool is_scalar = !text.empty() &&
                           text.find_first_not_of(" \t\r\n") != std::string_view::npos &&
                           text[text.find_first_not_of(" \t\r\n")] != '[' && json.parse(text);
    if (is_scalar) {
        json.collect("", values);
    }
    if (values.size() != 1) {
        return fail(
            ErrorCode::invalid_argument,
            std::string(what) + " is not a JSON string, number, boolean or null."
        );
    }
    return values.front();
}

struct BoundScalars {
    JsonScalars from_json;
    JsonScalars to_json;
    std::optional<Scalar> from;
    std::optional<Scalar> to;
};

Result<std::monostate> parse_bounds(const ListQuery& query, BoundScalars& bounds) {
    if (query.from) {
        SAMVEV_TRY(bounds.from, parse_scalar(bounds.from_json, *query.from, "from"));
    }
    if (query.to) {
        SAMVEV_TRY(bounds.to, parse_scalar(bounds.to_json, *query.to, "to"));
    }
    if (bounds.from && bounds.to && type_range(*bounds.from) != type_range(*bounds.to)) {
        return fail(ErrorCode::invalid_argument, "from and to are of different types.");
    }
    return std::monostate{};
}

Result<ListRange> document_range(const ListQuery& query) {
    ListRange range;
    if (!query.equals.empty()) {
        return fail(ErrorCode::invalid_argument, "equals needs an index.");
    }
    BoundScalars bounds;
    SAMVEV_CHECK_OK(parse_bounds(query, bounds));
    for (const auto& [bound, suffix] :
         {std::pair(&bounds.from, &range.from), std::pair(&bounds.to, &range.end)}) {
        if (!*bound) {
            continue;
        }
        const auto* const key = std::get_if<std::string_view>(&**bound);
        if (key == nullptr || key->empty()) {
            return fail(
                ErrorCode::invalid_argument,
                "Without an index, from and to are document keys: JSON strings."
            );
        }
        suffix->assign(*key);
    }
    return range;
}

}  // namespace

std::string ListRange::prefix(std::string_view view_prefix, GenerationNumber generation) const {
    return part == Part::documents ? documents_prefix(view_prefix, generation)
                                   : entries_prefix(view_prefix, generation);
}

Result<ListRange> range_of(const EntryCoder& coder, const ListQuery& query) {
    if (query.index.empty()) {
        return document_range(query);
    }
    const modules::ViewType& view = *coder.view().type;
    const modules::IndexType* const index = coder.view().index(query.index);
    if (index == nullptr) {
        return fail(ErrorCode::not_found, "View " + view.id + " has no index " + query.index + ".");
    }
    const auto place = static_cast<std::size_t>(index - view.indexes.data());
    if (query.equals.size() > index->fields.size()) {
        return fail(
            ErrorCode::invalid_argument,
            "Index " + query.index + " has " + std::to_string(index->fields.size()) +
                " fields; equals has " + std::to_string(query.equals.size()) + "."
        );
    }
    if (query.equals.empty() && index->personal) {
        return fail(
            ErrorCode::invalid_argument,
            "Index " + query.index + " is personal: its first field must be in equals."
        );
    }
    if (query.equals.size() == index->fields.size() && (query.from || query.to)) {
        return fail(
            ErrorCode::invalid_argument,
            "Index " + query.index + " has no field left for from and to."
        );
    }
    ListRange range;
    range.part = ListRange::Part::entries;
    range.field_count = index->fields.size();
    std::string start(1, EntryCoder::index_byte(place));
    JsonScalars json;
    for (std::size_t field = 0; field < query.equals.size(); ++field) {
        SAMVEV_TRY(const Scalar value, parse_scalar(json, query.equals[field], "equals"));
        coder.append_field(start, place, field, value);
    }
    BoundScalars bounds;
    SAMVEV_CHECK_OK(parse_bounds(query, bounds));
    range.from = start;
    range.end = prefix_end(start);
    if (bounds.from || bounds.to) {
        // Values of other types are neither above nor below a bound: "due before May" is not "no
        // due date".
        const TypeRange type = type_range(bounds.from ? *bounds.from : *bounds.to);
        range.from = start + type.first;
        range.end = start + type.end;
    }
    if (bounds.from) {
        range.from = start;
        append_scalar(range.from, *bounds.from);
    }
    if (bounds.to) {
        range.end = start;
        append_scalar(range.end, *bounds.to);
    }
    return range;
}

CursorCodec::CursorCodec(std::string_view index_key)
    : key_(base::hmac_sha256(index_key, "samvev.views.cursor")),
      cipher_key_(base::hmac_sha256(index_key, "samvev.views.cursor.cipher")) {}

std::string CursorCodec::query_mark(
    store::TenantId tenant, const CatalogView& view, const ListQuery& query
) const {
    std::string text;
    store::ByteWriter writer(text);
    const auto add = [&writer](std::string_view part) {
        writer.u64(part.size());
        writer.bytes(part);
    };
    writer.u32(tenant.value());
    writer.digest(view.definition);
    add(view.type->id);
    add(query.index);
    writer.u64(query.equals.size());
    for (const std::string& value : query.equals) {
        add(value);
    }
    for (const auto& bound : {query.from, query.to}) {
        writer.u8(bound ? 1 : 0);
        add(bound.value_or(""));
    }
    writer.u8(query.order == ListQuery::Order::ascending ? 0 : 1);
    // Keyed: an unkeyed digest of `equals` would let whoever finds a cursor guess a national
    // number.
    const base::Digest digest = base::hmac_sha256(base::as_view(key_), text);
    return std::string(base::as_view(digest).substr(0, mark_bytes));
}

std::string CursorCodec::encode(
    store::TenantId tenant, const CatalogView& view, const ListQuery& query, std::string_view last
) const {
    const std::string mark = query_mark(tenant, view, query);
    // Made from what it encrypts: the same nonce comes again only with the same text.
    const base::Digest digest = base::hmac_sha256(base::as_view(key_), mark + std::string(last));
    store::Nonce nonce{};
    std::copy_n(digest.begin(), nonce.size(), nonce.begin());
    std::string bytes(nonce.begin(), nonce.end());
    return base::to_base64url(bytes.append(store::gcm_seal(cipher_key_, nonce, mark, last)));
}

Result<std::string> CursorCodec::decode(
    store::TenantId tenant, const CatalogView& view, const ListQuery& query
) const {
    const auto bytes = from_base64url(query.cursor);
    std::optional<std::string> last;
    if (bytes && bytes->size() >= store::nonce_bytes) {
        store::Nonce nonce{};
        std::copy_n(bytes->begin(), nonce.size(), nonce.begin());
        last = store::gcm_open(
            cipher_key_, nonce, query_mark(tenant, view, query), bytes->substr(nonce.size())
        );
    }
    if (!last) {
        return fail(
            ErrorCode::invalid_argument,
            "The cursor belongs to another query; start from the first page."
        );
    }
    return std::move(*last);
}

}  // namespace samvev::views
