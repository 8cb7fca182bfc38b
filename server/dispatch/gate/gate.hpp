#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/actor.hpp"
#include "access/policy.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "dispatch/command_params.hpp"
#include "dispatch/gate/redactor.hpp"
#include "dispatch/gate/tenant_facts.hpp"
#include "dispatch/read_permission.hpp"
#include "modules/registry.hpp"
#include "store/event.hpp"

namespace samvev::dispatch {

class Gate;

// What a caller may see of an event.
struct Sight {
    bool visible = false;
    std::vector<access::FieldGroup> redacted;  // without these
};

// What one caller may see, by the facts of one moment: for one answer, no longer. One thread.
class Reader {
public:
    [[nodiscard]] const Sight& sight(const store::EventView& event);
    // Whether the view may be asked at all; what of it is shown, its events decide.
    [[nodiscard]] bool may_ask(const modules::ViewType& view) const noexcept;
    // Whether that person may be among the answers to a search.
    [[nodiscard]] bool finds(const std::string& person_id) const;
    [[nodiscard]] const access::Actor& actor() const noexcept { return actor_; }

    [[nodiscard]] const Gate& gate() const noexcept { return gate_; }
    // No policy is asked: roles alone decide.
    [[nodiscard]] bool sees_by_role_alone() const noexcept { return facts_ == nullptr; }

private:
    friend class Gate;
    [[nodiscard]] bool is_citizen() const noexcept;
    Reader(
        const Gate& gate, access::Actor actor, std::shared_ptr<const access::Facts> facts,
        base::Timestamp now
    )
        : gate_(gate), actor_(std::move(actor)), facts_(std::move(facts)), now_(now) {}

    const Gate& gate_;
    const access::Actor actor_;
    const std::shared_ptr<const access::Facts> facts_;  // null: roles alone decide
    const base::Timestamp now_;
    std::unordered_map<std::string, Sight> decided_;  // by what the decision rests on
};

// The access rule as every door asks it: commands, queries, lists, subscriptions, history. It says
// in the policy's terms what is asked for; the policy decides. Roles are the floor: who may call a
// method at all, and which events a role has any view of. Citizens have no such floor but the policy.
// Concurrency: [any thread]; the parts outlive it.
class Gate {
public:
    // Without facts, roles alone decide: for tests of what lies beside access.
    Gate(const TenantFacts* facts, const modules::Registry& registry, const base::Clock& clock);

    // Whether the actor may send that command to that stream, and the version of the facts that say
    // so, for the commit (0: none). Fails with not_found, in the words for what does not exist;
    // denied (data.reason "purpose", "break_glass" or none); unauthenticated (data.reason
    // "login_level" with data.acr, or "claims"); corrupt.
    [[nodiscard]] Result<std::uint64_t> permit(
        const CommandMethod& method, const CommandParams& params, const access::Actor& actor,
        const store::StreamId& stream
    ) const;

    // `purpose` in place of the actor's, unless empty. Fails with corrupt, and like permit() when
    // the call itself is refused, whatever it is about: by its purpose or its login.
    [[nodiscard]] Result<Reader> reader(
        const access::Actor& actor, std::string_view purpose = {}
    ) const;
    // The same for one glance at what a subscriber may be shown: who may not call sees nothing.
    // Fails with corrupt.
    [[nodiscard]] Result<Reader> glance(const access::Actor& actor) const;

    // Why somebody may or may not read an item of that stream: the same decision, with the rules that
    // were asked before. `caller` must be one of those who oversee access. Fails like permit().
    struct Question {
        access::Actor who;
        store::StreamId stream;
        access::Item item;
    };
    [[nodiscard]] Result<access::Explanation> explain(
        const access::Actor& caller, const Question& question
    ) const;

    // Brings the event to its newest version and takes out what `sight` says. Data of the copy lies
    // in `storage`. The event itself when there is nothing to take out.
    [[nodiscard]] store::EventView redact(
        const store::EventView& event, const Sight& sight, std::string& storage
    ) const;

private:
    friend class Reader;
    [[nodiscard]] Result<void> check_call(
        const access::Actor& actor, const access::Facts& facts
    ) const;
    [[nodiscard]] Sight decide(
        const store::EventView& event, const access::Actor& actor, const access::Facts& facts,
        base::Timestamp now
    ) const;

    const TenantFacts* facts_;
    const modules::Registry& registry_;
    const base::Clock& clock_;
    const ReadPermission floor_;
    const Redactor redactor_;
};

// "case/… does not exist or is not visible to you.": the same bytes for both.
[[nodiscard]] Error not_visible(std::string_view what);

}  // namespace samvev::dispatch
