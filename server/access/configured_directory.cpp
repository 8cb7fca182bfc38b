#include <algorithm>
#include <map>

#include "access/directory.hpp"

namespace samvev::access {
namespace {

class ConfiguredDirectory final : public Directory {
public:
    explicit ConfiguredDirectory(const std::vector<IssuerSettings>& issuers) {
        for (const IssuerSettings& issuer : issuers) {
            services_.emplace(issuer.issuer, issuer.services);
        }
    }

    Result<std::optional<StaffMember>> find_staff(
        std::uint32_t /*tenant*/, const Principal& /*principal*/, std::string_view /*unit*/
    ) const override {
        return std::nullopt;
    }

    Result<std::optional<Citizen>> find_person(
        std::uint32_t /*tenant*/, const Principal& /*principal*/
    ) const override {
        return std::nullopt;
    }

    Result<std::optional<ServiceAccount>> find_service(const Principal& principal) const override {
        const auto accounts = services_.find(principal.issuer);
        if (accounts == services_.end() || !principal.consumer) {
            return std::nullopt;
        }
        const std::string supplier = principal.supplier ? principal.supplier->number : "";
        const auto found = std::ranges::find_if(accounts->second, [&](const ServiceAccount& one) {
            return one.organisation == principal.consumer->number && one.supplier == supplier;
        });
        return found == accounts->second.end() ? std::optional<ServiceAccount>() : *found;
    }

private:
    std::map<std::string, std::vector<ServiceAccount>> services_;  // by issuer
};

}  // namespace

std::unique_ptr<Directory> make_configured_directory(const std::vector<IssuerSettings>& issuers) {
    return std::make_unique<ConfiguredDirectory>(issuers);
}

}  // namespace samvev::access
