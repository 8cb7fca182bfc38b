#include <catch2/catch.hpp>

#include <string>

#include "store/keys/context.hpp"
#include "store/keys/sealing_key.hpp"
#include "support/hex_file.hpp"
#include "support/store_commits.hpp"

// Sealed bytes made by another program (Python's cryptography) from the grammar in sealing_key.hpp
// and context.hpp: whatever was sealed once must open for ever.

using namespace samvev;
using namespace samvev::test;

namespace {

class FixedRandom final : public store::RandomSource {
public:
    void fill(std::span<std::uint8_t> out) override {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = static_cast<std::uint8_t>(0xa0 + i);
        }
    }
};

store::SealingKey golden_key() {
    store::Secret data_key;
    for (std::size_t i = 0; i < store::Secret::size; ++i) {
        data_key.writable()[i] = static_cast<std::uint8_t>(i);
    }
    return {store::KeyId("AAECAwQFBgcICQoLDA0ODw"), data_key};
}

std::string golden_context() {
    return store::event_context(
        {domain_log(), case_stream(1)}, store::EventId(numbered_uuid(2)), "test.happened", 1
    );
}

}  // namespace

TEST_CASE("Texts are sealed into the golden bytes", "[golden][keys]") {
    const store::SealingKey key = golden_key();
    const store::Dictionaries dictionaries;
    FixedRandom random;
    const std::string commitment = golden("sealing_commitment_v1.hex");
    CHECK(base::as_view(key.commitment()) == commitment);
    const std::string plain = golden("sealed_v1_plain.hex");
    CHECK(key.seal(golden_context(), "test", R"({"n":1})", dictionaries, random) == plain);
    CHECK(key.open(golden_context(), plain, commitment, dictionaries).value() == R"({"n":1})");
}

TEST_CASE("A golden compressed text opens", "[golden][keys]") {
    // Not compared with what we would make: another zstd may compress otherwise.
    const store::Dictionaries dictionaries;
    std::string text = R"({"text":")";
    for (int i = 0; i < 40; ++i) {
        text += "møte ";
    }
    text += R"("})";
    const auto opened = golden_key().open(
        golden_context(), golden("sealed_v1_zstd.hex"), golden("sealing_commitment_v1.hex"),
        dictionaries
    );
    REQUIRE(opened.has_value());
    CHECK(*opened == text);
}
