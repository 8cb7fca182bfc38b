#include "store/claims.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "store/bytes.hpp"

namespace samvev::store {

namespace {

constexpr std::size_t secret_bytes_min = 32;
// Says what the derived key is for, so that no other use of the secret gives the same one.
constexpr std::string_view purpose = "samvev claim key 1";

}  // namespace

ClaimHasher::ClaimHasher(std::string server_secret) : server_secret_(std::move(server_secret)) {
    SAMVEV_ASSERT(server_secret_.size() >= secret_bytes_min);
}

ClaimKey ClaimHasher::hash(TenantId tenant, std::string_view name, std::string_view value) const {
    std::string context(purpose);
    ByteWriter(context).u32(tenant.value());
    const base::Digest tenant_key = base::hmac_sha256(server_secret_, context);

    std::string claimed;
    ByteWriter writer(claimed);
    writer.u32(static_cast<std::uint32_t>(name.size()));
    writer.bytes(name);
    writer.bytes(value);
    return {std::string(name), base::hmac_sha256(base::as_view(tenant_key), claimed)};
}

}  // namespace samvev::store
