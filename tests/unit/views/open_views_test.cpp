#include "views/open_views.hpp"

#include <algorithm>

#include "support/random_seed.hpp"
#include "view_world.hpp"
#include "views/document_row.hpp"

using namespace samvev;
using namespace samvev::test;
using views::ListQuery;

namespace {

struct Fixture {
    std::unique_ptr<store::EventLog> log = store::make_memory_event_log();
    std::unique_ptr<store::Table> table = store::make_memory_table();
    ViewWorld world{*log, *table};

    std::map<std::string, json> documents(const std::string& view) {
        std::map<std::string, json> out;
        for (const std::string& key : world.keys({.view = view})) {
            out[key] = world.document(view, key);
        }
        return out;
    }
    ErrorCode refusal(const ListQuery& query) {
        const auto page = world.projector().list(tenant_one, query);
        return page ? ErrorCode::internal : page.error().code;
    }
};

int rank_of(const json& value) {
    return value.is_boolean() ? 0 : value.is_number() ? 1 : value.is_string() ? 2 : 3;
}

// The promised order, by other means.
bool stands_before(const json& left, const json& right) {
    if (rank_of(left) != rank_of(right)) {
        return rank_of(left) < rank_of(right);
    }
    if (left.is_number()) {
        const auto exact = [](const json& number) {
            return number.is_number_float() ? static_cast<long double>(number.get<double>())
                                            : static_cast<long double>(number.get<std::int64_t>());
        };
        return exact(left) < exact(right);
    }
    return left.is_null() ? false : left < right;
}

struct Entry {
    json value;
    std::string key;
};
bool entry_before(const Entry& left, const Entry& right) {
    if (stands_before(left.value, right.value) || stands_before(right.value, left.value)) {
        return stands_before(left.value, right.value);
    }
    return left.key < right.key;
}

// What an index over one field holds, from the documents.
std::vector<Entry> reference_entries(
    const std::map<std::string, json>& documents, const char* field
) {
    std::vector<Entry> out;
    for (const auto& [key, document] : documents) {
        const json value = document.contains(field) ? document.at(field) : json();
        const json values = value.is_array() ? value : json::array({value});
        for (const json& each : values) {
            out.push_back({each, key});
        }
    }
    std::ranges::sort(out, entry_before);
    const auto same = [](const Entry& a, const Entry& b) {
        return !entry_before(a, b) && !entry_before(b, a);
    };
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
    return out;
}

std::vector<std::string> keys_of(const std::vector<Entry>& entries) {
    std::vector<std::string> out;
    for (const Entry& entry : entries) {
        out.push_back(entry.key);
    }
    return out;
}

}  // namespace

TEST_CASE(
    "An index lists documents in the order of their values, each page by page, both ways",
    "[views][list][random]"
) {
    const std::uint64_t seed = random_seed("index order");
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), seed);
    writer.write_random(400);
    f.world.catch_up();
    for (const auto& [view, index, field] :
         {std::tuple("diary.by-stream", "byAmount", "amount"),
          std::tuple("diary.by-stream", "byTag", "tags"),
          std::tuple("diary.by-stream", "byWho", "who")}) {
        INFO(index);
        std::vector<std::string> expected = keys_of(reference_entries(f.documents(view), field));
        ListQuery query{.view = view, .index = index, .limit = 200};
        if (std::string(index) != "byWho") {
            CHECK(f.world.keys(query) == expected);
        }
        const std::vector<std::string> ascending = f.world.keys(query);
        CHECK(f.world.projector().count(tenant_one, query) == ascending.size());
        query.order = ListQuery::Order::descending;
        std::vector<std::string> descending = f.world.keys(query);
        std::ranges::reverse(descending);
        CHECK(descending == ascending);
        for (const std::size_t limit : {1U, 3U}) {
            query.limit = limit;
            std::vector<std::string> paged = f.world.keys(query);
            std::ranges::reverse(paged);
            CHECK(paged == ascending);
            ListQuery forward{.view = view, .index = index, .limit = limit};
            CHECK(f.world.keys(forward) == ascending);
        }
    }
}

TEST_CASE(
    "from is inclusive, to exclusive, and bounds take in their own type only",
    "[views][list][random]"
) {
    const std::uint64_t seed = random_seed("index ranges");
    std::mt19937_64 random(seed);
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), seed);
    writer.write_random(300);
    f.world.catch_up();
    const std::vector<Entry> entries = reference_entries(f.documents("diary.by-stream"), "tags");
    REQUIRE(entries.size() > 20);
    for (int round = 0; round < 200; ++round) {
        const json from = entries[below(random, entries.size())].value;
        const json to = entries[below(random, entries.size())].value;
        const std::size_t kind = below(random, 3);
        if (kind == 2 && rank_of(from) != rank_of(to)) {
            continue;
        }
        ListQuery query{.view = "diary.by-stream", .index = "byTag", .limit = 200};
        std::vector<Entry> expected;
        std::ranges::copy_if(entries, std::back_inserter(expected), [&](const Entry& entry) {
            const bool above = kind == 1 || (rank_of(entry.value) == rank_of(from) &&
                                             !stands_before(entry.value, from));
            const bool beneath = kind == 0 || (rank_of(entry.value) == rank_of(to) &&
                                               stands_before(entry.value, to));
            return above && beneath;
        });
        if (kind != 1) {
            query.from = from.dump();
        }
        if (kind != 0) {
            query.to = to.dump();
        }
        INFO("from " << query.from.value_or("-") << " to " << query.to.value_or("-"));
        CHECK(f.world.keys(query) == keys_of(expected));
        CHECK(f.world.projector().count(tenant_one, query) == expected.size());
    }
}

TEST_CASE("Leading fields are matched, the next one orders", "[views][list]") {
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), 1);
    writer.write({.data = R"({"who":"ada","dueOn":"2027-03-01"})", .stream = 1});
    writer.write({.data = R"({"who":"ada","dueOn":null})", .stream = 2});
    writer.write({.data = R"({"who":"ada","dueOn":"2027-01-01"})", .stream = 3});
    writer.write({.data = R"({"who":"lo","dueOn":"2027-02-01"})", .stream = 4});
    writer.write({.data = R"({"who":"ad","dueOn":"2027-02-01"})", .stream = 5});
    f.world.catch_up();
    ListQuery query{.view = "diary.by-stream", .index = "byWho", .equals = {R"("ada")"}};
    CHECK(f.world.keys(query) == std::vector{stream_key(3), stream_key(1), stream_key(2)});
    query.to = R"("2027-03-01")";
    CHECK(f.world.keys(query) == std::vector{stream_key(3)});
    query.to.reset();
    query.from = "null";
    CHECK(f.world.keys(query) == std::vector{stream_key(2)});
    query.from.reset();
    query.equals = {R"( "ada" )", R"("2027-03-01")"};
    CHECK(f.world.keys(query) == std::vector{stream_key(1)});
}

TEST_CASE("Documents are listed by key without an index", "[views][list]") {
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), 1);
    for (const char* const people : {R"(["b","a"])", R"(["c","ab",""])", "[7]"}) {
        writer.write({.data = R"({"people":)" + std::string(people) + "}", .stream = 1});
    }
    f.world.catch_up();
    ListQuery query{.view = "diary.by-person", .limit = 2};
    CHECK(f.world.keys(query) == std::vector<std::string>{"7", "a", "ab", "b", "c"});
    query.from = R"("a")";
    query.to = R"("b")";
    CHECK(f.world.keys(query) == std::vector<std::string>{"a", "ab"});
    CHECK(f.world.projector().count(tenant_one, query) == 2U);
    query.order = ListQuery::Order::descending;
    CHECK(f.world.keys(query) == std::vector<std::string>{"ab", "a"});
}

TEST_CASE("A query that makes no sense is refused", "[views][list]") {
    Fixture f;
    const ListQuery good{.view = "diary.by-stream", .index = "byWho"};
    CHECK(f.refusal(good) == ErrorCode::internal);
    const auto with = [&good](const auto& change) {
        ListQuery query = good;
        change(query);
        return query;
    };
    CHECK(f.refusal(with([](ListQuery& q) { q.index = "none"; })) == ErrorCode::not_found);
    const std::vector<ListQuery> bad = {
        with([](ListQuery& q) { q.limit = 0; }),
        with([](ListQuery& q) { q.limit = limits::list_page_max + 1; }),
        with([](ListQuery& q) { q.equals = {"1", "2", "3"}; }),
        with([](ListQuery& q) { q.equals = {"[1]"}; }),
        with([](ListQuery& q) { q.equals = {"{}"}; }),
        with([](ListQuery& q) { q.equals = {""}; }),
        with([](ListQuery& q) { q.equals = {"ada"}; }),
        with([](ListQuery& q) { q.equals = {"1 2"}; }),
        with([](ListQuery& q) { q.from = "nul"; }),
        with([](ListQuery& q) {
            q.from = "1";
            q.to = R"("1")";
        }),
        with([](ListQuery& q) {
            q.equals = {"1", "2"};
            q.from = "3";
        }),
        with([](ListQuery& q) { q.cursor = "AAAA"; }),
        with([](ListQuery& q) { q.cursor = "not base64url!"; }),
        with([](ListQuery& q) {
            q.index = "";
            q.equals = {"1"};
        }),
        with([](ListQuery& q) {
            q.index = "";
            q.from = "1";
        }),
        with([](ListQuery& q) { q.index = "byName"; }),
    };
    for (std::size_t i = 0; i < bad.size(); ++i) {
        INFO(i);
        CHECK(f.refusal(bad[i]) == ErrorCode::invalid_argument);
    }
}

TEST_CASE("A cursor tells nothing of the row that was last, and takes no change", "[views][list]") {
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), 1);
    for (std::size_t i = 0; i < 3; ++i) {
        writer.write({.data = R"({"who":"ada","dueOn":"2027-01-01"})", .stream = i});
    }
    f.world.catch_up();
    ListQuery query{
        .view = "diary.by-stream", .index = "byWho", .equals = {R"("ada")"}, .limit = 1
    };
    const auto page = f.world.projector().list(tenant_one, query);
    REQUIRE(page.has_value());
    const std::string& key = page->documents.front().key;
    for (std::size_t skipped = 0; skipped < 3; ++skipped) {
        const std::string part = key.substr(skipped, 24);
        CHECK(page->next_cursor.find(base::to_base64url(part)) == std::string::npos);
    }
    for (std::size_t i = 0; i + 1 < page->next_cursor.size(); ++i) {
        query.cursor = page->next_cursor;
        query.cursor[i] = query.cursor[i] == 'A' ? 'B' : 'A';
        INFO(i);
        CHECK(f.refusal(query) == ErrorCode::invalid_argument);
    }
}

TEST_CASE("A cursor is good for its own query only", "[views][list]") {
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), 1);
    DiaryWriter other_tenant(*f.log, 9998, 1);
    for (std::size_t i = 0; i < 3; ++i) {
        writer.write({.data = R"({"who":"ada","dueOn":"2027-01-01"})", .stream = i});
        other_tenant.write({.data = R"({"who":"ada","dueOn":"2027-01-01"})", .stream = i});
    }
    f.world.catch_up();
    ListQuery query{
        .view = "diary.by-stream", .index = "byWho", .equals = {R"("ada")"}, .limit = 1
    };
    const auto page = f.world.projector().list(tenant_one, query);
    REQUIRE(page.has_value());
    query.cursor = page->next_cursor;
    REQUIRE_FALSE(query.cursor.empty());
    CHECK(f.refusal(query) == ErrorCode::internal);
    query.limit = 2;
    CHECK(f.refusal(query) == ErrorCode::internal);
    const auto changed = [&](const auto& change) {
        ListQuery other = query;
        change(other);
        return f.refusal(other);
    };
    CHECK(changed([](ListQuery& q) { q.equals = {R"("lo")"}; }) == ErrorCode::invalid_argument);
    CHECK(changed([](ListQuery& q) {
              q.order = ListQuery::Order::descending;
          }) == ErrorCode::invalid_argument);
    CHECK(changed([](ListQuery& q) { q.from = R"("2027-01-01")"; }) == ErrorCode::invalid_argument);
    CHECK(changed([](ListQuery& q) { q.index = "byTag"; }) == ErrorCode::invalid_argument);
    CHECK(changed([](ListQuery& q) { q.view = "diary.by-entity"; }) == ErrorCode::invalid_argument);
    const auto elsewhere = f.world.projector().list(store::TenantId(9998), query);
    REQUIRE_FALSE(elsewhere.has_value());
    CHECK(elsewhere.error().code == ErrorCode::invalid_argument);
}

TEST_CASE("Paging goes on rightly while rows come and go", "[views][list]") {
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), 1);
    for (std::size_t i = 0; i < 10; ++i) {
        writer.write({.data = R"({"amount":)" + std::to_string(10 * i) + "}", .stream = i});
    }
    f.world.catch_up();
    ListQuery query{.view = "diary.by-stream", .index = "byAmount", .limit = 4};
    auto page = f.world.projector().list(tenant_one, query);
    REQUIRE(page.has_value());
    CHECK(page->documents.back().key == stream_key(3));
    writer.write({.type = "diary.erased", .stream = 3});       // The one the cursor stands at goes,
    writer.write({.data = R"({"amount":5})", .stream = 9});    // one moves to before it,
    writer.write({.data = R"({"amount":35})", .stream = 11});  // one comes after it.
    f.world.catch_up();
    REQUIRE(f.world.projector().rebuild(tenant_one, "diary.by-stream").has_value());
    query.cursor = page->next_cursor;
    CHECK(
        f.world.keys(query) ==
        std::vector{
            stream_key(11), stream_key(4), stream_key(5), stream_key(6), stream_key(7),
            stream_key(8)
        }
    );
}

TEST_CASE(
    "A page stays small whatever the documents are, and nothing is left out", "[views][list]"
) {
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), 1);
    for (std::size_t i = 0; i < 12; ++i) {
        writer.write({.data = R"({"who":")" + std::string(60'000, 'x') + R"("})", .stream = i});
    }
    f.world.catch_up();
    for (const char* const index : {"", "byAmount"}) {
        ListQuery query{.view = "diary.by-stream", .index = index, .limit = 200};
        const auto page = f.world.projector().list(tenant_one, query);
        REQUIRE(page.has_value());
        CHECK(page->documents.size() == 4);
        CHECK_FALSE(page->next_cursor.empty());
        CHECK(f.world.keys(query).size() == 12);
    }
}

TEST_CASE(
    "A personal value can be found and stands nowhere but in the document",
    "[views][list][personal]"
) {
    Fixture f;
    DiaryWriter writer(*f.log, tenant_one.value(), 1);
    DiaryWriter other_tenant(*f.log, 9998, 1);
    for (DiaryWriter* const each : {&writer, &other_tenant}) {
        each->write({.data = R"({"names":["Ada Prøve","Prøve"]})", .stream = 1});
        each->write({.data = R"({"names":["Lo Testdal"]})", .stream = 2});
        each->write({.data = R"({"names":["Prøve"]})", .stream = 3});
        each->write({.stream = 3});
    }
    f.world.catch_up();
    ListQuery query{.view = "diary.by-stream", .index = "byName", .equals = {R"("Prøve")"}};
    CHECK(f.world.keys(query) == std::vector{stream_key(1), stream_key(3)});
    query.to = "2";
    CHECK(f.world.keys(query) == std::vector{stream_key(1)});
    query.to.reset();
    query.equals = {R"("Prøv")"};
    CHECK(f.world.keys(query).empty());

    std::vector<std::string> entries;
    const auto visit = [&](std::string_view key, std::string_view value) {
        CHECK(key.find("Pr") == std::string_view::npos);
        CHECK(key.find("Testdal") == std::string_view::npos);
        const auto row = views::decode_document_row(value);
        const std::string_view before_document =
            row ? value.substr(0, value.size() - row->document.size()) : value;
        CHECK(before_document.find("Pr") == std::string_view::npos);
        CHECK(before_document.find("Testdal") == std::string_view::npos);
        if (value.empty()) {
            entries.emplace_back(key);
        }
        return true;
    };
    REQUIRE(f.table->scan("", "\xFF", visit).has_value());
    // Index 3 of the view; 1 tag byte and 32 bytes of HMAC: nothing in common between tenants or
    // names.
    std::vector<std::string> hashes;
    for (const std::string& entry : entries) {
        const std::size_t start =
            views::entries_prefix(views::view_prefix(tenant_one, "diary.by-stream"), 1).size();
        if (entry.size() > start && entry[start] == '\x03') {
            hashes.push_back(entry.substr(start + 2, 32));
        }
    }
    REQUIRE(hashes.size() == 8);  // Two names and one name and one name, for two tenants.
    std::ranges::sort(hashes);
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    CHECK(hashes.size() == 6);
}
