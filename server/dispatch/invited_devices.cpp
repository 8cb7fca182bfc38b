#include "dispatch/invited_devices.hpp"

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>

#include "access/base64url.hpp"
#include "access/compact_jws.hpp"
#include "access/local_day.hpp"
#include "access/principal_actor.hpp"
#include "base/digest.hpp"
#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "dispatch/command_handler.hpp"
#include "dispatch/gate/fact_directory.hpp"
#include "dispatch/one_time_code.hpp"
#include "store/bytes.hpp"
#include "store/claims.hpp"

namespace samvev::dispatch {
namespace {

using access::Invitation;

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t cookie_bytes = 4 + 16 + 16 + secret_bytes;
constexpr std::string_view module = "invitation";
constexpr std::string_view locator_claim = "invitation.locator";

// One text for whatever was wrong: nobody learns which codes there are.
tl::unexpected<Error> refuse_code() {
    return access::refuse_token(
        "code",
        "The code lets nobody in: it is not written as it was given, or was used, withdrawn or too "
        "old. Ask who invited you for a new one."
    );
}

tl::unexpected<Error> refuse_device() {
    return access::refuse_token(
        "expired", "The invitation has ended: ask who invited you for a new code."
    );
}

bool is_equal(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

// An invitation, wherever it is.
struct Place {
    store::TenantId tenant;
    base::Uuid case_id;
    base::Uuid invitation;

    friend auto operator<=>(const Place&, const Place&) = default;
};

std::optional<Place> read_cookie(std::string_view cookie) {
    const auto bytes = access::from_base64url(cookie);
    if (!bytes || bytes->size() != cookie_bytes) {
        return std::nullopt;
    }
    store::ByteReader reader(*bytes);
    Place place;
    place.tenant = store::TenantId(reader.u32());
    place.case_id = reader.uuid();
    place.invitation = reader.uuid();
    return place;
}

std::string digest_of(std::string_view cookie) {
    return base::to_base64url(base::as_view(base::sha256(cookie)));
}

const Invitation* find(const access::Facts& facts, const Place& place) {
    const access::CaseFacts* const at = facts.cases.find(place.case_id.text());
    if (at == nullptr) {
        return nullptr;
    }
    const auto found = at->invitations.find(place.invitation.text());
    return found == at->invitations.end() ? nullptr : &found->second;
}

// How often wrong codes were tried for an invitation. [any thread]
class Attempts {
public:
    // Whether one more may be tried, which is counted.
    bool take(const Place& place) {
        const std::lock_guard lock(mutex_);
        std::size_t& count = counts_[place];
        if (++count == 1) {
            order_.push_back(place);
        }
        while (order_.size() > limits::code_attempts_kept_max) {
            counts_.erase(order_.front());
            order_.pop_front();
        }
        return count < limits::code_attempts_max;
    }

private:
    std::mutex mutex_;  // Guards both.
    std::map<Place, std::size_t> counts_;
    std::deque<Place> order_;
};

class InvitedDevices final : public access::Invitations {
public:
    explicit InvitedDevices(InvitedDevicesParts parts)
        : parts_(std::move(parts)),
          claims_(claim_secret(parts_.secret)),
          code_key_(one_time_code_key(parts_.secret)) {}

    void redeem(std::string code, Completion done) override {
        auto shared = std::make_shared<Completion>(std::move(done));
        const bool taken = parts_.executor.try_post([this, code = std::move(code), shared] {
            look_up(code, shared);
        });
        if (!taken) {
            (*shared)(fail(
                ErrorCode::overloaded,
                "The server has too much to do. Send the code again after retryAfterMs.",
                base::JsonObject().number("retryAfterMs", limits::retry_after.count()).take()
            ));
        }
    }

    bool is_device(std::string_view cookie) const override {
        return read_cookie(cookie).has_value();
    }

    Result<access::VerifiedActor> use(std::string_view cookie, const access::Capacity& capacity)
        const override {
        const auto place = read_cookie(cookie);
        if (!place) {
            return refuse_device();
        }
        SAMVEV_TRY(const auto facts, parts_.facts.at(place->tenant));
        const Invitation* const found = find(*facts, *place);
        const base::Timestamp now = parts_.clock.now();
        const auto person = base::Uuid::parse(found == nullptr ? "" : found->person);
        if (!person || found->phase != Invitation::Phase::redeemed || found->ends_at <= now ||
            !is_equal(found->device, digest_of(cookie))) {
            return refuse_device();
        }
        const access::PersonFacts* const known = facts->persons.find(found->person);
        if (known == nullptr || known->dead) {
            return refuse_device();
        }
        const access::CaseFacts& to = *facts->cases.find(place->case_id.text());
        access::VerifiedActor actor;
        static_cast<access::Actor&>(actor) =
            access::actor_of(citizen_in(*facts, to, *person, access::local_day(now)), capacity);
        actor.tenant = place->tenant.value();
        actor.assurance = access::Assurance::low;
        actor.expires_at = found->ends_at;
        actor.invitation = place->invitation.text();
        actor.invited_to = place->case_id.text();
        actor.token = {
            .issuer = std::string(access::invitation_issuer),
            .subject = found->person,
            .session_id = actor.invitation,
            .token_id = {},
            .issued_at = {}
        };
        return actor;
    }

    void end(std::string_view cookie, Ended done) override {
        const auto place = read_cookie(cookie);
        if (!place || !use(cookie, {})) {
            done({});  // It has ended already, or never was.
            return;
        }
        send(*place, "invitation.sign-out", {}, [done = std::move(done)](Result<std::string> sent) {
            if (sent || sent.error().code == ErrorCode::rejected) {
                done({});
            } else {
                done(tl::unexpected<Error>(std::move(sent.error())));
            }
        });
    }

private:
    using Shared = std::shared_ptr<Completion>;

    // [executor]
    void look_up(const std::string& text, const Shared& done) {
        const auto code = read_one_time_code(code_key_, text);
        if (!code) {
            return (*done)(refuse_code());
        }
        const store::TenantId tenant(code->tenant);
        const auto owner = parts_.log.find_claim(
            {tenant, store::LogKind::domain}, claims_.hash(tenant, locator_claim, code->locator)
        );
        const auto facts = parts_.facts.at(tenant);
        if (!owner || !facts) {
            return (*done)(tl::unexpected<Error>(owner ? facts.error() : owner.error()));
        }
        const auto place =
            *owner ? find_open(**facts, {tenant, (*owner)->id, {}}, code->locator) : std::nullopt;
        const std::string expected = place ? find(**facts, *place)->code : std::string();
        const bool is_right = is_equal(expected, code->digest);
        if (place && is_right) {
            let_in(*place, done);
            return;
        }
        if (place && !attempts_.take(*place)) {
            lock(*place);
        }
        (*done)(refuse_code());
    }

    [[nodiscard]] std::optional<Place> find_open(
        const access::Facts& facts, Place at, std::string_view locator
    ) const {
        const access::CaseFacts* const in = facts.cases.find(at.case_id.text());
        if (in == nullptr) {
            return std::nullopt;
        }
        const auto found = std::ranges::find_if(in->invitations, [&](const auto& entry) {
            const Invitation& one = entry.second;
            return one.phase == Invitation::Phase::open && one.locator == locator &&
                   parts_.clock.now() < one.redeem_by;
        });
        const auto id =
            found == in->invitations.end() ? std::nullopt : base::Uuid::parse(found->first);
        if (!id) {
            return std::nullopt;
        }
        at.invitation = *id;
        return at;
    }

    void let_in(const Place& place, const Shared& done) {
        std::string bytes;
        store::ByteWriter writer(bytes);
        writer.u32(place.tenant.value());
        writer.uuid(place.case_id);
        writer.uuid(place.invitation);
        writer.bytes(parts_.random(secret_bytes));
        const std::string cookie = base::to_base64url(bytes);
        send(
            place, "invitation.redeem", digest_of(cookie),
            [this, place, cookie, done](const Result<std::string>& sent) {
                (*done)(outcome(place, cookie, sent));
            }
        );
    }

    // What the module refuses, somebody else was quicker to redeem, or a coordinator to withdraw.
    [[nodiscard]] Result<Device> outcome(
        const Place& place, const std::string& cookie, const Result<std::string>& sent
    ) const {
        if (!sent) {
            return sent.error().code == ErrorCode::rejected ? refuse_code()
                                                            : tl::unexpected<Error>(sent.error());
        }
        SAMVEV_TRY(const auto facts, parts_.facts.at(place.tenant));
        const Invitation* const found = find(*facts, place);
        if (found == nullptr) {
            return refuse_code();  // Erased in that moment.
        }
        base::logger("access").info(
            "event=invitation_redeemed tenant={} invitation={}", place.tenant.value(),
            place.invitation.text()
        );
        return Device{.cookie = cookie, .ends_at = found->ends_at};
    }

    void lock(const Place& place) const {
        send(place, "invitation.lock", {}, [place](const Result<std::string>& sent) {
            base::logger("access").warn(
                "event=invitation_locked tenant={} invitation={} code={}", place.tenant.value(),
                place.invitation.text(), sent ? "none" : base::to_text(sent.error().code)
            );
        });
    }

    void send(
        const Place& place, const char* command, const std::string& device,
        dispatch::Completion done
    ) const {
        base::JsonObject params;
        params.text("caseId", place.case_id.text())
            .text("commandId", parts_.ids.make(parts_.clock.now()).text())
            .text("invitationId", place.invitation.text());
        if (!device.empty()) {
            params.text("deviceDigest", device);
        }
        Request request;
        request.method = command;
        request.params = params.take();
        request.actor = std::make_shared<const access::Actor>(
            access::system_actor(place.tenant.value(), module, "system:door")
        );
        parts_.dispatcher.execute(std::move(request), std::move(done));
    }

    const InvitedDevicesParts parts_;
    const store::ClaimHasher claims_;
    const std::string code_key_;
    Attempts attempts_;
};

}  // namespace

std::unique_ptr<access::Invitations> make_invited_devices(InvitedDevicesParts parts) {
    return std::make_unique<InvitedDevices>(std::move(parts));
}

}  // namespace samvev::dispatch
