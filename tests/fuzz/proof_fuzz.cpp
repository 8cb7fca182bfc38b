#include "access/jwk.hpp"
#include "access/proof_checker.hpp"
#include "base/assert.hpp"
#include "base/clock.hpp"
#include "support/token_mint.hpp"
#include "target.hpp"

// Proofs of possession: the header DPoP. The first line of the input is the proof's header, the
// second its claims; a third stands in the place of the address.
namespace samvev::fuzz {

namespace {

const test::MintKey& holder() {
    static const test::MintKey key = test::MintKey::on_curve("P-256");
    return key;
}

}  // namespace

std::vector<std::string> seeds() {
    const std::string header =
        R"({"typ":"dpop+jwt","alg":"ES256","jwk":)" + holder().jwk("") + "}\n";
    const std::string claims =
        R"({"htm":"POST","htu":"https://samvev.example/rpc/v1","jti":"1","iat":1800000000,)"
        R"("ath":"iOWxa1FnYPHbGY9xQyGrI_IVqQJfmhiB9rmDNtgzJeQ"})";
    return {
        header + claims + "\nhttps://SAMVEV.example:443/rpc/v1?x#y", header + claims,
        header + "{}\nhttp://[::1]:80"
    };
}

void try_input(std::string_view input) {
    const std::size_t first = input.find('\n');
    const std::size_t second = first == input.npos ? input.npos : input.find('\n', first + 1);
    const std::string header(input.substr(0, first));
    const std::string claims(
        first == input.npos ? std::string_view() : input.substr(first + 1, second - first - 1)
    );
    const std::string_view uri =
        second == input.npos ? "https://samvev.example/rpc/v1" : input.substr(second + 1);
    static base::AdjustableClock clock;
    clock.freeze(base::Timestamp(std::chrono::seconds(1'800'000'000)));
    access::ProofChecker checker(clock);
    const std::string proof = holder().token(header, claims, access::Algorithm::es256);
    static const std::string thumbprint = access::Jwk::import(holder().jwk(""))->thumbprint();
    const auto take = [&] {
        return checker.check({.proof = proof, .method = "POST", .uri = uri}, "token", thumbprint);
    };
    if (take()) {
        SAMVEV_ASSERT(!take());
    }
    SAMVEV_ASSERT(access::is_same_target(uri, claims) == access::is_same_target(claims, uri));
}

}  // namespace samvev::fuzz
