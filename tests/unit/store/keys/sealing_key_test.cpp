#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "base/limits.hpp"
#include "store/bytes.hpp"
#include "store/keys/context.hpp"
#include "store/keys/sealing_key.hpp"
#include "support/counted_random.hpp"
#include "support/store_commits.hpp"

using namespace samvev;
using namespace samvev::test;
using store::SealingKey;

namespace {

// Examples as a manifest has them: one shape, other values.
std::vector<std::string> examples(std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string number = std::to_string(i * 7919);
        out.push_back(
            R"({"goalId":"018f-)" + number + R"(","title":"A goal about )" + number +
            R"(","measure":{"responsibleUnit":"unit-)" + number + R"(","dueOn":"2027-01-)" +
            number + R"(","status":"planned"}})"
        );
    }
    return out;
}

struct Fixture {
    store::KeyId id{"AAECAwQFBgcICQoLDA0ODw"};
    SealingKey key = key_from(0x11);
    SealingKey other = key_from(0x22);
    store::Dictionaries dictionaries;
    CountedRandom random;
    std::string context = store::event_context(
        {domain_log(), case_stream(1)}, store::EventId(numbered_uuid(2)), "test.happened", 1
    );

    [[nodiscard]] SealingKey key_from(std::uint8_t byte) const {
        store::Secret data_key;
        for (std::uint8_t& each : data_key.writable()) {
            each = byte;
        }
        return {id, data_key};
    }
    std::string seal(const std::string& text) {
        return key.seal(context, "test", text, dictionaries, random);
    }
    [[nodiscard]] Result<std::string> open(const std::string& sealed) const {
        return key.open(context, sealed, base::as_view(key.commitment()), dictionaries);
    }
};

}  // namespace

TEST_CASE("What is sealed opens again, of any length", "[store][keys]") {
    Fixture f;
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1000U, 65536U}) {
        const std::string text(size, 'x');
        CHECK(f.open(f.seal(text)).value() == text);
    }
    std::string noise(1000, '\0');
    for (std::size_t i = 0; i < noise.size(); ++i) {
        noise[i] = static_cast<char>((i * i * 2654435761U) >> 13);
    }
    const std::string sealed = f.seal(noise);
    CHECK(sealed.size() <= noise.size() + store::sealed_overhead_bytes);
    CHECK(f.open(sealed).value() == noise);
}

TEST_CASE("The same text is never sealed into the same bytes", "[store][keys]") {
    Fixture f;
    CHECK(f.seal("text") != f.seal("text"));
    CHECK(f.seal("text").find("text") == std::string::npos);
}

TEST_CASE("No changed bit of what is sealed opens", "[store][keys]") {
    Fixture f;
    const std::string sealed = f.seal(std::string(100, 'a') + "b");  // Compressed.
    for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
        std::string changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(f.open(changed).has_value());
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        REQUIRE(f.open(sealed.substr(0, size)).error().code == ErrorCode::corrupt);
    }
}

TEST_CASE("What is sealed opens nowhere else", "[store][keys]") {
    Fixture f;
    const std::string sealed = f.seal("text");
    const auto commitment = base::as_view(f.key.commitment());
    const store::KeyOwner owner{domain_log(), case_stream(1)};
    const store::EventId event(numbered_uuid(2));
    const std::vector<std::string> elsewhere{
        store::event_context({domain_log(1), owner.stream}, event, "test.happened", 1),
        store::event_context(
            {{owner.log.tenant, store::LogKind::access}, owner.stream}, event, "test.happened", 1
        ),
        store::event_context({owner.log, case_stream(2)}, event, "test.happened", 1),
        store::event_context({owner.log, {"person", owner.stream.id}}, event, "test.happened", 1),
        store::event_context(owner, store::EventId(numbered_uuid(3)), "test.happened", 1),
        store::event_context(owner, event, "test.other", 1),
        store::event_context(owner, event, "test.happened", 2),
        store::timer_context(owner.log, timer_of(1, "t", 1)),
        store::snapshot_context(owner, {"test", 1, store::Revision(0), ""}),
        "",
    };
    for (const std::string& context : elsewhere) {
        const auto opened = f.key.open(context, sealed, commitment, f.dictionaries);
        REQUIRE_FALSE(opened.has_value());
        CHECK(opened.error().code == ErrorCode::corrupt);
    }
    REQUIRE(f.key.open(f.context, sealed, commitment, f.dictionaries).has_value());
}

TEST_CASE("Another key does not open it, nor a key under another name", "[store][keys]") {
    Fixture f;
    const std::string sealed = f.seal("text");
    const auto other =
        f.other.open(f.context, sealed, base::as_view(f.other.commitment()), f.dictionaries);
    CHECK(other.error().code == ErrorCode::corrupt);
    store::Secret same;
    for (std::uint8_t& each : same.writable()) {
        each = 0x11;
    }
    const SealingKey renamed(store::KeyId("BBECAwQFBgcICQoLDA0ODw"), same);
    CHECK(renamed.commitment() != f.key.commitment());
    const auto opened =
        renamed.open(f.context, sealed, base::as_view(renamed.commitment()), f.dictionaries);
    CHECK(opened.error().code == ErrorCode::corrupt);
}

TEST_CASE("The commitment must be that of the key", "[store][keys]") {
    // AES-GCM does not commit to its key: bytes can be made that open under two. Pitfall 6.
    Fixture f;
    const std::string sealed = f.seal("text");
    std::string commitment(base::as_view(f.key.commitment()));
    for (std::size_t bit = 0; bit < 8 * commitment.size(); ++bit) {
        std::string changed = commitment;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(f.key.open(f.context, sealed, changed, f.dictionaries).has_value());
    }
    CHECK_FALSE(f.key.open(f.context, sealed, "", f.dictionaries).has_value());
}

TEST_CASE("A module's dictionary makes its texts shorter", "[store][keys][dictionary]") {
    Fixture f;
    const std::string text = examples(300).back();
    const std::size_t without = f.seal(text).size();
    const auto trained = store::train_dictionary(examples(200));
    REQUIRE(trained.has_value());
    const store::DictionaryId id = f.dictionaries.add(*trained);
    CHECK(f.seal(text).size() == without);
    f.dictionaries.use("test", id);
    const std::string sealed = f.seal(text);
    CHECK(sealed.size() * 4 < without * 3);
    CHECK(f.open(sealed).value() == text);
    CHECK(f.open(f.seal("x")).value() == "x");
    // Another one later does not close what was sealed with this one.
    f.dictionaries.use("test", f.dictionaries.add(*store::train_dictionary(examples(60))));
    CHECK(f.open(sealed).value() == text);
    // Elsewhere, where nobody has it:
    const store::Dictionaries none;
    const auto opened = f.key.open(f.context, sealed, base::as_view(f.key.commitment()), none);
    CHECK(opened.error().code == ErrorCode::unavailable);
}

TEST_CASE("A module with few examples has no dictionary", "[store][keys][dictionary]") {
    CHECK_FALSE(store::train_dictionary({}).has_value());
    CHECK_FALSE(store::train_dictionary(examples(5)).has_value());
}

TEST_CASE("What would grow too large is not decompressed", "[store][keys][dictionary]") {
    const store::Dictionaries dictionaries;
    const auto small = dictionaries.compress("m", std::string(10'000, 'x'));
    REQUIRE(small.has_value());
    CHECK(dictionaries.decompress(small->dictionary, small->bytes, 10'000).has_value());
    CHECK_FALSE(dictionaries.decompress(small->dictionary, small->bytes, 9'999).has_value());
    CHECK_FALSE(dictionaries.decompress(small->dictionary, "not compressed", 9'999).has_value());
    CHECK_FALSE(dictionaries.decompress(small->dictionary, "", 9'999).has_value());
}
