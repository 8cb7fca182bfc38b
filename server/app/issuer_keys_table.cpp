#include "app/issuer_keys_table.hpp"

#include <array>

#include "base/json_text.hpp"

namespace samvev::app {
namespace {

using access::IssuerSettings;
using Format = IssuerKey::Format;

std::string text(const std::string& value) {
    return value.empty() ? value : base::json_string(value);
}

// Members one after the other, as an inline table or an object.
class Table {
public:
    explicit Table(Format format) : is_toml_(format == Format::toml) {}
    Table& raw(std::string_view name, const std::string& value) {
        if (!value.empty()) {
            out_ +=
                (out_.empty() ? "" : ", ") + std::string(name) + (is_toml_ ? " = " : ": ") + value;
        }
        return *this;
    }
    Table& member(std::string_view name, const std::string& value) {
        return raw(is_toml_ ? std::string(name) : base::json_string(name), value);
    }
    [[nodiscard]] std::string take() const { return "{" + out_ + "}"; }

private:
    bool is_toml_;
    std::string out_;
};

template <typename Items, typename Write>
std::string list(const Items& items, Write write) {
    std::string out;
    for (const auto& item : items) {
        out += (out.empty() ? "" : ", ") + write(item);
    }
    return "[" + out + "]";
}

std::string algorithms(const IssuerSettings& issuer, Format /*format*/) {
    return issuer.algorithms.empty() ? "" : list(issuer.algorithms, [](access::Algorithm one) {
        return base::json_string(to_text(one));
    });
}

std::string tenants(const IssuerSettings& issuer, Format format) {
    Table table(format);
    for (const auto& [number, tenant] : issuer.tenants) {
        table.raw(base::json_string(number), std::to_string(tenant));
    }
    return issuer.tenants.empty() ? "" : table.take();
}

std::string services(const IssuerSettings& issuer, Format format) {
    return issuer.services.empty()
               ? ""
               : list(issuer.services, [format](const access::ServiceAccount& service) {
                     return Table(format)
                         .member("organisation", text(service.organisation))
                         .member("supplier", text(service.supplier))
                         .member("name", text(service.name))
                         .member("tenant", std::to_string(service.tenant))
                         .member(
                             "roles", list(
                                          service.roles, [](const std::string& role
                                                         ) { return base::json_string(role); }
                                      )
                         )
                         .take();
                 });
}

constexpr std::array<IssuerKey, 17> table{{
    {"profile",
     "Whose tokens these are: idporten (citizens), ansattporten (employees), maskinporten "
     "(programs), helseid (health personnel), rfc9068 (another issuer of JWT access tokens).",
     R"("type":"string","enum":["idporten","ansattporten","maskinporten","helseid","rfc9068"])",
     [](const IssuerSettings& issuer, Format) {
         return base::json_string(rules_of(issuer.profile).name);
     }},
    {"issuer", "The issuer's name, exactly as in iss of its tokens.", R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.issuer); }},
    {"jwks_uri", "Where it publishes its keys: https, or http on this machine.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) {
         return issuer.keys.kind == access::KeySource::Kind::url ? text(issuer.keys.place) : "";
     }},
    {"jwks_file", "Instead of jwks_uri: a file with its keys.", R"("type":"string")",
     [](const IssuerSettings& issuer, Format) {
         return issuer.keys.kind == access::KeySource::Kind::file ? text(issuer.keys.place) : "";
     }},
    {"audience",
     "What aud of a token for this server holds. ID-porten and Ansattporten: \"unspecified\" when "
     "you use no resource indicator. Maskinporten: left out when tokens have no aud.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.audience); }},
    {"client_id",
     "The client that users log in to at this issuer: aud of its logout tokens, which it posts to "
     "/logout/v1 (OpenID Connect back-channel logout). Left out: none is taken.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.client_id); }},
    {"login_metadata",
     "Where browsers log in here: its OpenID metadata (/.well-known/openid-configuration), https "
     "or "
     "a file. Its client must know the address /login/v1/callback of this server. Left out: nobody "
     "does.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.login.metadata.place); }},
    {"client_secret_file",
     "File with the client's secret, for its owner alone. Left out: the client has none.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.login.secret_file); }},
    {"client_key_file",
     "Instead of a secret: file with the client's private key, PEM or JWK, for its owner alone; "
     "its public half is registered at the issuer (private_key_jwt: HelseID).",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.login.key_file); }},
    {"login_scope",
     "Scopes asked for at the login besides openid: those that bring the national identity number "
     "and an access token for this server.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.login.scope); }},
    {"login_resource",
     "The resource that the access token is asked for (RFC 8707); left out: none.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.login.resource); }},
    {"algorithms", "Signatures taken, fewer than the profile's; EdDSA, HS* and none never are.",
     R"("type":"array","items":{"type":"string","enum":["RS256","RS384","RS512","PS256","PS384",)"
     R"("PS512","ES256","ES384","ES512"]})",
     algorithms},
    {"required_scope_prefix",
     "Some scope of a token is this, or begins with it and a delimiter. Needed without an audience "
     "of one's own.",
     R"("type":"string")",
     [](const IssuerSettings& issuer, Format) { return text(issuer.required_scope_prefix); }},
    {"min_loa", "The level of assurance asked of people: low, substantial or high.",
     R"("type":"string","enum":["low","substantial","high"])",
     [](const IssuerSettings& issuer, Format) {
         return issuer.assurance_min == access::Assurance::none
                    ? ""
                    : base::json_string(to_text(issuer.assurance_min));
     }},
    {"dpop",
     "Tokens bound to a key (DPoP): off (refused), allow (checked when bound), require (all are "
     "bound).",
     R"("type":"string","enum":["off","allow","require"],"default":"off")",
     [](const IssuerSettings& issuer, Format) { return base::json_string(to_text(issuer.proof)); }},
    {"tenants", "The tenant of each organisation number whose people log in.",
     R"("type":"object","additionalProperties":{"type":"integer","minimum":1})", tenants},
    {"service",
     "The programs that call, by organisation number; supplier when another organisation acts for "
     "it by delegation.",
     R"("type":"array","items":{"type":"object","additionalProperties":false,"properties":{)"
     R"("organisation":{"type":"string"},"supplier":{"type":"string"},"name":{"type":"string"},)"
     R"("tenant":{"type":"integer","minimum":1},"roles":{"type":"array","items":{"type":"string"}}},)"
     R"("required":["organisation","name","tenant"]})",
     services},
}};

}  // namespace

std::span<const IssuerKey> issuer_keys() {
    return table;
}

IssuerSettings example_issuer() {
    IssuerSettings issuer;
    issuer.profile = access::Profile::helseid;
    issuer.issuer = "https://issuer.example";
    issuer.keys = {.kind = access::KeySource::Kind::url, .place = "https://issuer.example/jwks"};
    issuer.audience = "fjordvik:samvev";
    issuer.client_id = "samvev-workspace";
    issuer.login = {
        .metadata =
            {.kind = access::KeySource::Kind::url,
             .place = "https://issuer.example/.well-known/openid-configuration"},
        .secret_file = "client.secret",
        .key_file = "",
        .scope = "profile fjordvik:samvev.write",
        .resource = "https://samvev.example"
    };
    issuer.algorithms = {access::Algorithm::rs256, access::Algorithm::ps256};
    issuer.required_scope_prefix = "fjordvik:samvev";
    issuer.assurance_min = access::Assurance::substantial;
    issuer.tenants = {{"991825827", 9999}};
    issuer.services = {
        {.organisation = "991825827",
         .supplier = "",
         .name = "school-import",
         .tenant = 9999,
         .roles = {"service:import"}}
    };
    return issuer;
}

}  // namespace samvev::app
