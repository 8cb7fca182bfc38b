#pragma once

#include <functional>
#include <memory>
#include <string>

#include "access/invitations.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/uuid.hpp"
#include "dispatch/dispatcher.hpp"
#include "dispatch/gate/tenant_facts.hpp"
#include "store/event_log.hpp"

namespace samvev::dispatch {

// All but the values outlive the devices; the executor has stopped before they are destroyed.
struct InvitedDevicesParts {
    const store::EventLog& log;
    const TenantFacts& facts;
    Dispatcher& dispatcher;    // redeeming, locking and signing out are commands of `invitation`
    base::Executor& executor;  // where codes are looked up: on the disk
    const base::Clock& clock;  // of the domain
    base::IdSource& ids;
    std::string secret;                              // DispatcherParts::secret
    std::function<std::string(std::size_t)> random;  // bytes that nobody can foretell
};

// Invitations as the events of the module `invitation` tell them. A code's locator is a claim of
// its case; what proves it is compared with the digest in the facts. A device has the place of its
// invitation and a secret, in one cookie, so that nothing is looked up but the facts.
// Limitations: wrong codes are counted in memory, so a restart grants limits::code_attempts_max
// anew.
[[nodiscard]] std::unique_ptr<access::Invitations> make_invited_devices(InvitedDevicesParts parts);

}  // namespace samvev::dispatch
