#include "access/browser_session_text.hpp"

#include <algorithm>
#include <charconv>

#include "access/row_bytes.hpp"

namespace samvev::access {
namespace {

std::string organisation_text(const std::optional<OrganisationId>& id) {
    return id ? id->number + (id->unit.empty() ? "" : ":" + id->unit) : std::string();
}

// Only what was written so is read so: its digits were checked when the token was.
std::optional<OrganisationId> organisation_in(const std::string& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    const std::size_t colon = text.find(':');
    return OrganisationId{
        .number = text.substr(0, colon),
        .unit = colon == std::string::npos ? std::string() : text.substr(colon + 1)
    };
}

// The texts of a row, one after the other; once one is missing, all are.
class Texts {
public:
    explicit Texts(std::string_view rest) : rest_(rest) {}

    std::string next() {
        auto text = is_whole_ ? take_text(rest_) : std::nullopt;
        is_whole_ = text.has_value();
        return text.value_or(std::string());
    }
    base::Timestamp time() {
        const auto at = read_time(next());
        is_whole_ = is_whole_ && at;
        return at.value_or(base::Timestamp());
    }
    std::size_t number() {
        const std::string text = next();
        std::size_t value = 0;
        const char* const end = text.data() + text.size();
        is_whole_ = is_whole_ && std::from_chars(text.data(), end, value).ptr == end;
        return is_whole_ ? value : 0;
    }
    [[nodiscard]] bool is_good() const noexcept { return is_whole_; }
    [[nodiscard]] bool is_whole() const noexcept { return is_whole_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool is_whole_ = true;
};

}  // namespace

std::string browser_session_text(const BrowserSession& session) {
    std::string out;
    // Every member, by name: a new one does not compile before it is kept.
    const auto& [profile, issuer, subject, pid, consumer, supplier, representing, assurance, scopes, session_id, token_id, client, confirmation, issued_at, expires_at] =
        session.principal;
    static_cast<void>(profile);  // The issuer's settings say it.
    append_text(out, issuer);
    append_text(out, subject);
    append_text(out, pid ? pid->reveal() : std::string());
    append_text(out, organisation_text(consumer));
    append_text(out, organisation_text(supplier));
    append_text(out, organisation_text(representing));
    append_text(out, to_text(assurance));
    append_text(out, std::to_string(scopes.size()));
    for (const std::string& scope : scopes) {
        append_text(out, scope);
    }
    append_text(out, session_id);
    append_text(out, token_id);
    append_text(out, client);
    append_text(out, confirmation);
    append_text(out, time_bytes(issued_at));
    append_text(out, time_bytes(expires_at));
    append_text(out, session.id_token);
    append_text(out, session.end_session);
    append_text(out, session.unit);
    append_text(out, session.purpose);
    append_text(out, time_bytes(session.ends_at));
    return out;
}

std::optional<BrowserSession> read_browser_session(
    std::string_view text, const std::vector<IssuerSettings>& issuers
) {
    Texts texts(text);
    BrowserSession session;
    Principal& who = session.principal;
    who.issuer = texts.next();
    who.subject = texts.next();
    who.pid = PersonalNumber::parse(texts.next());
    who.consumer = organisation_in(texts.next());
    who.supplier = organisation_in(texts.next());
    who.representing = organisation_in(texts.next());
    const auto assurance = find_assurance(texts.next());
    for (std::size_t left = texts.number(); left > 0 && texts.is_good(); --left) {
        who.scopes.push_back(texts.next());
    }
    who.session_id = texts.next();
    who.token_id = texts.next();
    who.client = texts.next();
    who.confirmation = texts.next();
    who.issued_at = texts.time();
    who.expires_at = texts.time();
    session.id_token = texts.next();
    session.end_session = texts.next();
    session.unit = texts.next();
    session.purpose = texts.next();
    session.ends_at = texts.time();
    const auto issuer = std::ranges::find(issuers, who.issuer, &IssuerSettings::issuer);
    if (!texts.is_whole() || !assurance || issuer == issuers.end()) {
        return std::nullopt;
    }
    who.assurance = *assurance;
    who.profile = issuer->profile;
    session.issuer = &*issuer;
    return session;
}

}  // namespace samvev::access
