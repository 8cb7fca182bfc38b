#include "app/issuer_settings.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/issuer_keys_table.hpp"
#include "app/key_fetcher.hpp"
#include "app/nearest_name.hpp"
#include "base/json_text.hpp"

namespace samvev::app {
namespace {

using access::IssuerSettings;

// One [[issuer]]; each mistake is told with its place.
class Reader {
public:
    Reader(const toml::table& from, std::vector<IssuerProblem>& problems)
        : table_(from), problems_(problems) {}

    IssuerSettings read() {
        IssuerSettings issuer;
        const std::size_t before = problems_.size();
        read_profile(issuer);
        issuer.issuer = text("issuer");
        read_source(issuer);
        issuer.audience = text("audience");
        issuer.client_id = text("client_id");
        read_login(issuer);
        issuer.required_scope_prefix = text("required_scope_prefix");
        read_algorithms(issuer);
        read_level(issuer);
        read_proof(issuer);
        read_tenants(issuer);
        read_services(issuer);
        refuse_unknown(table_, key_names(), "");
        if (problems_.size() == before) {
            for (const std::string& problem : problems_of(issuer)) {
                add(table_, problem);
            }
        }
        return issuer;
    }

private:
    void add(const toml::node& at, const std::string& what) {
        problems_.push_back({.line = at.source().begin.line, .text = "issuer." + what});
    }

    static std::vector<std::string_view> key_names() {
        std::vector<std::string_view> names;
        for (const IssuerKey& key : issuer_keys()) {
            names.push_back(key.name);
        }
        return names;
    }

    void refuse_unknown(
        const toml::table& table, const std::vector<std::string_view>& known,
        const std::string& prefix
    ) {
        for (const auto& [name, value] : table) {
            if (std::ranges::find(known, name.str()) != known.end()) {
                continue;
            }
            const auto nearest = nearest_name(name.str(), known);
            add(value, prefix + std::string(name.str()) + " is not a key here" +
                           (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : ""));
        }
    }

    std::string text(std::string_view name) { return text_of(table_, name, ""); }

    std::string text_of(
        const toml::table& table, std::string_view name, const std::string& prefix
    ) {
        const toml::node* const value = table.get(name);
        if (value == nullptr) {
            return {};
        }
        const auto* const found = value->as_string();
        if (found == nullptr || found->get().empty()) {
            add(*value, prefix + std::string(name) + " takes a text in quotes, not empty");
            return {};
        }
        return found->get();
    }

    // A text of a closed list; `find` returns absent for any other.
    template <typename Find, typename Value>
    void choose(std::string_view name, Find find, std::string_view choices, Value& out) {
        const std::string found = text(name);
        if (found.empty()) {
            return;
        }
        if (const auto value = find(found)) {
            out = *value;
        } else {
            add(*table_.get(name),
                std::string(name) + ": '" + found + "' is not one of " + std::string(choices));
        }
    }

    void read_profile(IssuerSettings& issuer) {
        if (table_.get("profile") == nullptr) {
            add(table_,
                "profile is missing; write idporten, ansattporten, maskinporten, helseid or "
                "rfc9068");
        }
        choose(
            "profile", access::find_profile,
            "idporten, ansattporten, maskinporten, helseid, rfc9068", issuer.profile
        );
    }

    void read_source(IssuerSettings& issuer) {
        const std::string file = text("jwks_file");
        const std::string address = text("jwks_uri");
        if (!file.empty() && !address.empty()) {
            add(table_, "jwks_file and jwks_uri are both there; keep one of them");
        }
        if (!file.empty()) {
            issuer.keys = {.kind = access::KeySource::Kind::file, .place = file};
            return;
        }
        issuer.keys = {.kind = access::KeySource::Kind::url, .place = address};
        if (address.empty()) {
            return;
        }
        if (const auto parsed = parse_key_address(address); !parsed) {
            add(*table_.get("jwks_uri"), "jwks_uri: " + parsed.error().message);
        }
    }

    void read_login(IssuerSettings& issuer) {
        access::LoginClient& login = issuer.login;
        login.metadata.place = text("login_metadata");
        const bool is_address = login.metadata.place.find("://") != std::string::npos;
        login.metadata.kind =
            is_address ? access::KeySource::Kind::url : access::KeySource::Kind::file;
        if (is_address) {
            if (const auto parsed = parse_key_address(login.metadata.place); !parsed) {
                add(*table_.get("login_metadata"), "login_metadata: " + parsed.error().message);
            }
        }
        login.secret_file = text("client_secret_file");
        login.key_file = text("client_key_file");
        login.scope = text("login_scope");
        login.resource = text("login_resource");
    }

    void read_algorithms(IssuerSettings& issuer) {
        for (const std::string& name : texts_of(table_, "algorithms", "")) {
            if (const auto algorithm = access::find_algorithm(name)) {
                issuer.algorithms.push_back(*algorithm);
            } else {
                add(*table_.get("algorithms"),
                    "algorithms: '" + name + "' is not one of RS, PS or ES with 256, 384 or 512");
            }
        }
    }

    std::vector<std::string> texts_of(
        const toml::table& table, std::string_view name, const std::string& prefix
    ) {
        std::vector<std::string> out;
        const toml::node* const value = table.get(name);
        if (value == nullptr) {
            return out;
        }
        const auto* const items = value->as_array();
        const bool is_list =
            items != nullptr && std::all_of(items->begin(), items->end(), [](const auto& item) {
                return item.is_string();
            });
        if (!is_list) {
            add(*value, prefix + std::string(name) + " takes a list of texts in quotes");
            return out;
        }
        for (const auto& item : *items) {
            out.push_back(item.as_string()->get());
        }
        return out;
    }

    void read_level(IssuerSettings& issuer) {
        const auto find = [](std::string_view name) -> std::optional<access::Assurance> {
            const auto level = access::find_assurance(name);
            return level == access::Assurance::none ? std::nullopt : level;
        };
        choose("min_loa", find, "low, substantial, high", issuer.assurance_min);
    }

    void read_proof(IssuerSettings& issuer) {
        choose("dpop", access::find_proof_policy, "off, allow, require", issuer.proof);
    }

    std::uint32_t tenant_of(const toml::node* value, const std::string& name) {
        const auto* const number = value == nullptr ? nullptr : value->as_integer();
        if (number == nullptr || number->get() < 1 || number->get() > UINT32_MAX) {
            add(value == nullptr ? static_cast<const toml::node&>(table_) : *value,
                name + " takes a tenant number from 1 on");
            return 0;
        }
        return static_cast<std::uint32_t>(number->get());
    }

    void read_tenants(IssuerSettings& issuer) {
        const toml::node* const value = table_.get("tenants");
        if (value == nullptr) {
            return;
        }
        const auto* const tenants = value->as_table();
        if (tenants == nullptr) {
            add(*value, "tenants takes a table like {\"991825827\" = 9999}");
            return;
        }
        for (const auto& [number, tenant] : *tenants) {
            const std::string name(number.str());
            issuer.tenants.emplace(name, tenant_of(&tenant, "tenants: " + name));
        }
    }

    void read_services(IssuerSettings& issuer) {
        const toml::node* const value = table_.get("service");
        if (value == nullptr) {
            return;
        }
        const auto* const items = value->as_array();
        if (items == nullptr || !items->is_array_of_tables()) {
            add(*value, "service is written as [[issuer.service]], with two brackets");
            return;
        }
        for (const auto& item : *items) {
            const toml::table& table = *item.as_table();
            access::ServiceAccount service;
            service.organisation = text_of(table, "organisation", "service.");
            service.supplier = text_of(table, "supplier", "service.");
            service.name = text_of(table, "name", "service.");
            service.tenant = tenant_of(table.get("tenant"), "service.tenant");
            service.roles = texts_of(table, "roles", "service.");
            refuse_unknown(
                table, {"organisation", "supplier", "name", "tenant", "roles"}, "service."
            );
            issuer.services.push_back(std::move(service));
        }
    }

    const toml::table& table_;
    std::vector<IssuerProblem>& problems_;
};

}  // namespace

IssuerReading read_issuers(const std::string& path) {
    IssuerReading out;
    toml::table file;
    try {
        file = toml::parse_file(path);
    } catch (const toml::parse_error&) {
        return out;
    }
    const toml::node* const value = file.get("issuer");
    if (value == nullptr) {
        return out;
    }
    const auto* const tables = value->as_array();
    if (tables == nullptr || !tables->is_array_of_tables()) {
        out.problems.push_back(
            {.line = value->source().begin.line,
             .text = "an issuer is written as [[issuer]], with two brackets"}
        );
        return out;
    }
    std::set<std::string> names;
    for (const auto& item : *tables) {
        IssuerSettings issuer = Reader(*item.as_table(), out.problems).read();
        if (!issuer.issuer.empty() && !names.insert(issuer.issuer).second) {
            out.problems.push_back(
                {.line = item.source().begin.line,
                 .text = "issuer.issuer: " + issuer.issuer + " stands here twice; keep one of them"}
            );
        }
        out.issuers.push_back(std::move(issuer));
    }
    return out;
}

std::string issuers_as_toml(const std::vector<IssuerSettings>& issuers) {
    std::string out;
    for (const IssuerSettings& issuer : issuers) {
        out += "\n[[issuer]]\n";
        for (const IssuerKey& key : issuer_keys()) {
            if (const std::string value = key.write(issuer, IssuerKey::Format::toml);
                !value.empty()) {
                out += std::string(key.name) + " = " + value + "\n";
            }
        }
    }
    if (!issuers.empty()) {
        return out;
    }
    out =
        "\n# Whose tokens are taken: one [[issuer]] for each party that issues them; without any, "
        "only\n# `samvev serve --dev` starts. Take the # away from the lines that you need.\n"
        "# [[issuer]]\n";
    IssuerSettings example = example_issuer();
    IssuerSettings from_file = example;
    from_file.keys = {.kind = access::KeySource::Kind::file, .place = "issuer-keys.json"};
    from_file.login.key_file = "client-key.pem";
    for (const IssuerKey& key : issuer_keys()) {
        const bool is_other_way = key.name == "jwks_file" || key.name == "client_key_file";
        const IssuerSettings& shown = is_other_way ? from_file : example;
        out += "## " + std::string(key.meaning) + "\n# " + std::string(key.name) + " = " +
               key.write(shown, IssuerKey::Format::toml) + "\n";
    }
    return out;
}

std::string issuers_as_json(const std::vector<IssuerSettings>& issuers) {
    std::string out;
    for (const IssuerSettings& issuer : issuers) {
        base::JsonObject object;
        for (const IssuerKey& key : issuer_keys()) {
            if (const std::string value = key.write(issuer, IssuerKey::Format::json);
                !value.empty()) {
                object.raw(key.name, value);
            }
        }
        out += (out.empty() ? "" : ",") + object.take();
    }
    return "[" + out + "]";
}

std::string issuers_schema() {
    std::string out =
        "{\n      \"type\": \"array\",\n      \"items\": {\n        \"type\": \"object\",\n"
        "        \"additionalProperties\": false,\n        \"required\": [\"profile\", "
        "\"issuer\"],\n        \"properties\": {";
    std::string_view separator = "\n";
    for (const IssuerKey& key : issuer_keys()) {
        out += std::string(separator) + "          " + base::json_string(key.name) +
               ": {\"description\":" + base::json_string(key.meaning) + "," +
               std::string(key.schema) + "}";
        separator = ",\n";
    }
    return out + "\n        }\n      }\n    }";
}

}  // namespace samvev::app
