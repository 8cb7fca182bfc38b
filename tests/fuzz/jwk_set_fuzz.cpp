#include "access/jwk_set.hpp"
#include "base/assert.hpp"
#include "base/limits.hpp"
#include "support/token_mint.hpp"
#include "target.hpp"

// Key sets as issuers publish them, and single keys as proofs bring them along.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    const std::string rsa = test::MintKey::rsa(2048).jwk("rs", R"(,"use":"sig","alg":"RS256")");
    const std::string curve =
        test::MintKey::on_curve("P-256").jwk("es", R"(,"key_ops":["verify"],"x5c":["AAAA"])");
    const std::string large = test::MintKey::on_curve("P-521").jwk("es5");
    return {R"({"keys":[)" + rsa + "," + curve + "," + large + "]}", R"({"keys":[]})", rsa, curve};
}

void try_input(std::string_view input) {
    if (const auto keys = access::JwkSet::parse(input)) {
        SAMVEV_ASSERT(keys->size() > 0);
        SAMVEV_ASSERT(keys->size() <= base::limits::key_set_keys_max);
    }
    if (const auto key = access::Jwk::import(input)) {
        SAMVEV_ASSERT(key->thumbprint().size() == 43);
    }
}

}  // namespace samvev::fuzz
