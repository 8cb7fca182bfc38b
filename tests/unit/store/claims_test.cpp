#include "store/claims.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace samvev;
using store::ClaimHasher;
using store::ClaimKey;
using store::TenantId;

TEST_CASE(
    "A claim key depends on secret, tenant, name and value, and on nothing else", "[store][claims]"
) {
    const ClaimHasher hasher(std::string(32, 's'));
    const ClaimHasher same(std::string(32, 's'));
    const ClaimHasher other(std::string(32, 't'));
    const ClaimKey key = hasher.hash(TenantId(1), "person.identifier", "01820112345");
    CHECK(key.name == "person.identifier");
    CHECK(same.hash(TenantId(1), "person.identifier", "01820112345") == key);
    const std::set<base::Digest> different = {
        key.key,
        other.hash(TenantId(1), "person.identifier", "01820112345").key,
        hasher.hash(TenantId(2), "person.identifier", "01820112345").key,
        hasher.hash(TenantId(1), "person.identifie", "r01820112345").key,
        hasher.hash(TenantId(1), "person.identifier", "01820112346").key,
        hasher.hash(TenantId(1), "person.identifier", "").key,
    };
    CHECK(different.size() == 6);
    CHECK(base::to_hex(base::as_view(key.key)).find("01820112345") == std::string::npos);
}
