#pragma once

#include <memory>
#include <string>

#include "access/browser_logins.hpp"
#include "access/token_verifier.hpp"
#include "app/data_directory.hpp"
#include "app/exposure.hpp"
#include "app/settings.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/gate/person_numbers.hpp"
#include "dispatch/gate/tenant_facts.hpp"

namespace samvev::app {

// Who calls: whose tokens are taken, whom they lead to, and where browsers log in.
class Identity {
public:
    Identity() = default;
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;
    virtual ~Identity() = default;

    [[nodiscard]] virtual const access::TokenVerifier& tokens() const = 0;
    // Null where a cookie would travel in the clear (production without https).
    [[nodiscard]] virtual access::BrowserLogins* logins() const = 0;
    // Lets what is asked of issuers come to an end. Before anything that waits for it is destroyed.
    virtual void stop() = 0;
};

struct IdentityParts {
    const Settings& settings;  // for the call
    Mode mode;
    const DataDirectory& data;      // where logins are kept and the development key lies
    std::string dispatcher_secret;  // DispatcherParts::secret
    // These outlive the identity.
    const store::EventLog& log;
    dispatch::Dispatcher& dispatcher;
    base::Executor& executor;  // where codes are looked up
    base::IdSource& ids;
    const dispatch::TenantFacts& facts;
    const dispatch::PersonNumbers& numbers;
    const base::Clock& clock;         // of the domain
    const base::Clock& system_clock;  // of tokens
};
// In production the issuers' tokens are taken, in development local ones; browsers log in at the
// issuers, or by invitation, in both. Fails with invalid_argument or unsupported, saying what to
// change, and like open_login_rows().
[[nodiscard]] Result<std::unique_ptr<Identity>> open_identity(const IdentityParts& parts);

}  // namespace samvev::app
