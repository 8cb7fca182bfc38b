#include "base/assert.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"
#include "store/keys/ciphers.hpp"
#include "store/keys/dictionary.hpp"
#include "store/keys/sealing_key.hpp"
#include "support/counted_random.hpp"
#include "target.hpp"

// Sealed bytes, wrapped keys and compressed texts. Nothing but what was sealed opens; compressed
// bytes may be anything, because a holder of the key may be careless.
namespace samvev::fuzz {

namespace {

constexpr std::string_view context = "e-context";

store::Secret numbered_secret(std::uint8_t number) {
    store::Secret secret;
    for (std::uint8_t& byte : secret.writable()) {
        byte = number++;
    }
    return secret;
}

struct Bench {
    store::Dictionaries dictionaries;
    store::DictionaryId dictionary{0};
    store::SealingKey key{store::KeyId("0123456789012345678901"), numbered_secret(1)};

    Bench() {
        std::vector<std::string> examples;
        for (int i = 0; i < 400; ++i) {
            examples.push_back(
                R"({"caseId":")" + std::to_string(i * 7919) +
                R"(","level":2,"reason":"needs help"})"
            );
        }
        if (const auto trained = store::train_dictionary(examples)) {
            dictionary = dictionaries.add(*trained);
            dictionaries.use("case", dictionary);
        }
    }
};

Bench& bench() {
    static Bench made;
    return made;
}

}  // namespace

std::vector<std::string> seeds() {
    test::CountedRandom random;
    const std::string text = R"({"caseId":"15838","level":2,"reason":"needs help, and more help"})";
    std::vector<std::string> out{
        bench().key.seal(context, "case", text, bench().dictionaries, random),
        bench().key.seal(context, "other", "short", bench().dictionaries, random),
        store::wrap_key(numbered_secret(9), numbered_secret(1)),
    };
    if (const auto compressed = bench().dictionaries.compress("case", text)) {
        out.push_back(compressed->bytes);
    }
    return out;
}

void try_input(std::string_view input) {
    const std::string_view commitment = base::as_view(bench().key.commitment());
    static_cast<void>(bench().key.open(context, input, commitment, bench().dictionaries));
    static_cast<void>(store::unwrap_key(numbered_secret(9), input));
    for (const store::DictionaryId id : {bench().dictionary, store::DictionaryId(0)}) {
        constexpr std::size_t bytes_max = 4096;
        if (const auto text = bench().dictionaries.decompress(id, input, bytes_max)) {
            SAMVEV_ASSERT(text->size() <= bytes_max);
        }
    }
}

}  // namespace samvev::fuzz
