#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/actor.hpp"
#include "access/policy.hpp"
#include "access/reading.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "dispatch/command_params.hpp"
#include "dispatch/gate/redactor.hpp"
#include "dispatch/gate/tenant_facts.hpp"
#include "dispatch/read_permission.hpp"
#include "modules/registry.hpp"
#include "store/event.hpp"

namespace samvev::dispatch {

class AccessLog;
class Gate;

// What a caller may see of an event, and why.
struct Sight {
    bool visible = false;
    std::vector<access::FieldGroup> redacted;  // without these
    access::Ground ground;
};

// What one caller may see, by the facts of one moment: for one answer, no longer. It keeps account
// of what goes into the answer, for the access log. One thread.
class Reader {
public:
    // Valid as long as the reader.
    [[nodiscard]] const Sight& sight(const store::EventView& event);
    // Whether the view may be asked at all; what of it is shown, its events decide.
    [[nodiscard]] bool may_ask(const modules::ViewType& view) const noexcept;
    // Whether there may be anything for this reader in that stream: decided by the facts alone, so
    // that a stream which he may not know of takes as long as one that does not exist. Exact for
    // cases, and for persons when staff asks; else visible (access/README.md). Valid as long as the
    // reader.
    [[nodiscard]] const Sight& existence(const store::StreamId& stream);
    // Whether all of the stream's items with that topic may be shown, whatever there is of them
    // (emergencies are shown one by one). Fails with denied (data.reason "break_glass") where an
    // emergency would open them and the reader's roles may start one, else like permit().
    [[nodiscard]] Result<void> may_read_topic(
        const store::StreamId& stream, const std::string& topic, const std::string& method
    ) const;
    // Whether that person may be among the answers to a search. Goes on record.
    [[nodiscard]] bool finds(const std::string& person_id);
    // Whether what the access log says of that stream may be read: of a case, a person, or nobody
    // in particular. The second goes on record.
    [[nodiscard]] bool may_read_log_of(const store::StreamId& stream) const {
        return ground_for_log_of(stream).has_value();
    }
    [[nodiscard]] bool reads_log_of(const store::StreamId& stream);
    // Whether the case may be asked about at all.
    [[nodiscard]] bool sees_case(const std::string& case_id) const;
    [[nodiscard]] const access::Actor& actor() const noexcept { return reading_.reader; }
    [[nodiscard]] base::Timestamp now() const noexcept { return now_; }
    // Null: no policy is asked.
    [[nodiscard]] const access::Facts* facts() const noexcept { return facts_.get(); }

    // The event, as far as `sight` goes, is in the answer. `sight` is this reader's.
    void shows(const store::EventView& event, const Sight& sight);
    // The stream was asked for, and this is why nothing of it is shown.
    void refuses(const store::StreamId& stream, const Sight& sight);
    // The answer is what a search has found, if anything.
    void searches() noexcept { reading_.search = true; }
    // What goes on record before the answer leaves. The reader's last word.
    [[nodiscard]] access::Reading take_reading() { return std::move(reading_); }

    [[nodiscard]] const Gate& gate() const noexcept { return gate_; }
    // No policy is asked: roles alone decide.
    [[nodiscard]] bool sees_by_role_alone() const noexcept { return facts_ == nullptr; }

private:
    friend class Gate;
    [[nodiscard]] bool is_citizen() const noexcept;
    [[nodiscard]] std::optional<access::Ground> ground_for_log_of(const store::StreamId& stream
    ) const;
    Reader(
        const Gate& gate, access::Actor actor, std::shared_ptr<const access::Facts> facts,
        base::Timestamp now
    )
        : gate_(gate), facts_(std::move(facts)), now_(now) {
        reading_.reader = std::move(actor);
    }

    const Gate& gate_;
    const std::shared_ptr<const access::Facts> facts_;  // null: roles alone decide
    const base::Timestamp now_;
    std::unordered_map<std::string, Sight> decided_;  // by what the decision rests on
    std::unordered_map<std::string, Sight> known_;    // by stream
    access::Reading reading_;
    std::unordered_map<const Sight*, access::Reading::Part*> shown_;  // null: needs no record
};

// The access rule as every door asks it: commands, queries, lists, subscriptions, history. It says
// in the policy's terms what is asked for; the policy decides. Roles are the floor: who may call a
// method at all, and which events a role has any view of. Citizens have no such floor but the
// policy. Concurrency: [any thread]; the parts outlive it.
class Gate {
public:
    // Without facts, roles alone decide: for tests of what lies beside access.
    Gate(
        const TenantFacts* facts, const modules::Registry& registry, const base::Clock& clock,
        AccessLog* access_log = nullptr
    );

    // Whether the actor may send that command to that stream, and the version of the facts that say
    // so, for the commit (0: none). Fails with not_found, in the words for what does not exist (an
    // emergency that is only tried, too, where the actor may not know of the case);
    // denied (data.reason "purpose", "break_glass" or none); unauthenticated (data.reason
    // "login_level" with data.acr, or "claims"); corrupt. What the policy wants on record of a
    // refusal is written behind the answer.
    [[nodiscard]] Result<std::uint64_t> permit(
        const CommandMethod& method, const CommandParams& params, const access::Actor& actor,
        const store::StreamId& stream
    ) const;

    // The module has rejected what permit() allowed. Of an emergency in a case that the actor knew
    // nothing of, that goes on record: the rejection tells that there is such a case.
    void note_rejected(
        const CommandMethod& method, const CommandParams& params, const access::Actor& actor,
        const store::StreamId& stream
    ) const;

    // Whether the actor may call at all, whatever it is about. Fails as reader() does.
    [[nodiscard]] Result<void> admit(const access::Actor& actor) const;

    // `purpose` in place of the actor's, unless empty. Fails with corrupt, and like permit() when
    // the call itself is refused, whatever it is about: by its purpose or its login, or for want of
    // a declaration (denied, data.reason "declaration").
    [[nodiscard]] Result<Reader> reader(const access::Actor& actor, std::string_view purpose = {})
        const;
    // The same for one glance at what a subscriber may be shown: who may not call sees nothing.
    // Fails with corrupt.
    [[nodiscard]] Result<Reader> glance(const access::Actor& actor) const;

    // Why somebody may or may not read an item of that stream: the same decision, with the rules
    // that were asked before. `caller` must be one of those who oversee access. Fails like
    // permit().
    struct Question {
        access::Actor who;
        store::StreamId stream;
        access::Item item;
    };
    struct Explained {
        access::Explanation explanation;
        access::Ground ground;  // on which the caller was told
    };
    [[nodiscard]] Result<Explained> explain(const access::Actor& caller, const Question& question)
        const;

    // Brings the event to its newest version and takes out what `sight` says. Data of the copy lies
    // in `storage`. The event itself when there is nothing to take out.
    [[nodiscard]] store::EventView redact(
        const store::EventView& event, const Sight& sight, std::string& storage
    ) const;

private:
    friend class Reader;
    [[nodiscard]] Result<void> check_call(const access::Actor& actor, const access::Facts& facts)
        const;
    [[nodiscard]] bool may_start_emergency(const access::Actor& actor) const;
    void record_refusal(
        const CommandMethod& method, const access::Request& request,
        const access::Decision& decision, const store::StreamId& stream, const access::Facts& facts
    ) const;
    [[nodiscard]] Sight decide(
        const store::EventView& event, const access::Actor& actor, const access::Facts& facts,
        base::Timestamp now
    ) const;

    const TenantFacts* facts_;
    const modules::Registry& registry_;
    const base::Clock& clock_;
    AccessLog* const access_log_;  // of refused commands; null: not recorded
    const ReadPermission floor_;
    const Redactor redactor_;
};

}  // namespace samvev::dispatch
