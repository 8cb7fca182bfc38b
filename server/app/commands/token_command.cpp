#include "access/token_verifier.hpp"
#include "app/commands/command.hpp"
#include "app/duration_text.hpp"
#include "base/json_text.hpp"
#include "base/uuid.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <optional>
#include <vector>

namespace samvev::app {
namespace {

// Of access/token_verifier.hpp.
constexpr const char* key_file = "dev-key.pem";
constexpr std::chrono::seconds lifetime_max = std::chrono::hours(24 * 31);

class TokenCommand final : public Command {
public:
    void declare(CLI::App& root) override {
        CLI::App& command = declare_as(
            root, {"token"},
            "Makes a development token for a server that runs with --dev on the same data "
            "directory. "
            "The last line printed is the token."
        );
        command.add_option("--data", data_, "Data directory of the server")->required();
        command.add_option("--tenant", tenant_, "Number of the municipality, e.g. 9999")
            ->required();
        CLI::Option_group& who = *command.add_option_group("who", "Who acts, exactly one");
        who.add_option("--staff", staff_, "UUID of a staff member");
        who.add_option("--person", person_, "UUID of a person: child, parent");
        who.add_option("--service", service_, "Name of a program, e.g. import");
        who.require_option(1);
        command.add_option("--role", roles_, "Role to act in; may be repeated");
        command.add_option("--unit", unit_, "UUID of the unit acted for");
        command.add_option(
            "--purpose", purpose_,
            "Purpose of the processing: coordination, visit, leadership, audit, privacy, own-case, "
            "representation (default: as the first role asks for; of persons own-case)"
        );
        command
            .add_option(
                "--level", level_, "How strong the login is: none, low, substantial or high"
            )
            ->capture_default_str();
        command.add_option("--lifetime", lifetime_, "How long it is valid: 90s, 30m, 8h or 7d")
            ->capture_default_str();
        add_json_option(command);
    }

    Result<std::monostate> run() override {
        access::DevelopmentToken token;
        SAMVEV_TRY(token.actor, actor());
        SAMVEV_TRY(token.lifetime, parse_lifetime());
        std::error_code error;
        std::filesystem::create_directories(data_, error);
        if (error) {
            return fail(
                ErrorCode::invalid_argument,
                "The data directory " + data_ + " cannot be made: " + error.message() + "."
            );
        }
        const bool is_new = !std::filesystem::exists(std::filesystem::path(data_) / key_file);
        SAMVEV_TRY(const auto key, access::load_or_make_development_key(data_));
        if (is_new) {
            std::cerr << "samvev: " << data_
                      << " had no development key, so one was made. Only a server that runs with "
                         "--dev on this very directory takes the token.\n";
        }
        SAMVEV_TRY(
            const auto text, access::make_development_token(key, token, base::SystemClock().now())
        );
        if (output() == Output::json) {
            std::cout << base::JsonObject()
                             .text("token", text)
                             .text("actor", token.actor.text())
                             .number("lifetimeSeconds", token.lifetime.count())
                             .take()
                      << std::endl;
        } else {
            std::cout << text << std::endl;
        }
        return {};
    }

private:
    Result<access::Actor> actor() const {
        access::Actor actor;
        constexpr std::uint32_t tenant_max = 9999;
        if (tenant_ == 0 || tenant_ > tenant_max) {
            return fail(
                ErrorCode::invalid_argument,
                "--tenant " + std::to_string(tenant_) + ": a municipality's number is 1 to 9999."
            );
        }
        actor.tenant = tenant_;
        actor.roles = roles_;
        actor.purpose = purpose_.empty() ? usual_purpose() : purpose_;
        if (!service_.empty()) {
            actor.kind = access::Actor::Kind::service;
            actor.id = service_;
        } else {
            actor.kind = staff_.empty() ? access::Actor::Kind::person : access::Actor::Kind::staff;
            SAMVEV_TRY(
                actor.id,
                uuid(staff_.empty() ? "--person" : "--staff", staff_.empty() ? person_ : staff_)
            );
        }
        if (!unit_.empty()) {
            SAMVEV_TRY(actor.unit, uuid("--unit", unit_));
        }
        const auto level = access::find_assurance(level_);
        if (!level) {
            return fail(
                ErrorCode::invalid_argument,
                "--level '" + level_ + "' is not one of none, low, substantial and high."
            );
        }
        actor.assurance = *level;
        return actor;
    }

    [[nodiscard]] std::string usual_purpose() const {
        if (!person_.empty()) {
            return "own-case";
        }
        const std::string role = roles_.empty() ? std::string() : roles_.front();
        return role == "auditor" ? "audit" : role == "privacy-officer" ? "privacy" : "coordination";
    }

    static Result<std::string> uuid(const std::string& option, const std::string& text) {
        const auto id = base::Uuid::parse(text);
        if (!id) {
            return fail(
                ErrorCode::invalid_argument,
                option + " '" + text + "' is not a UUID like 0192f0c1-0000-7000-8000-000000002001."
            );
        }
        return id->text();
    }

    Result<std::chrono::seconds> parse_lifetime() const {
        const auto lifetime = parse_duration(lifetime_);
        if (!lifetime || *lifetime <= std::chrono::seconds(0) || *lifetime > lifetime_max) {
            return fail(
                ErrorCode::invalid_argument,
                "--lifetime '" + lifetime_ +
                    "': write a number with s, m, h or d, at most 31d; for example 8h."
            );
        }
        return *lifetime;
    }

    std::string data_;
    std::uint32_t tenant_ = 0;
    std::string staff_;
    std::string person_;
    std::string service_;
    std::vector<std::string> roles_;
    std::string unit_;
    std::string purpose_;
    std::string level_ = "high";
    std::string lifetime_ = "8h";
};

}  // namespace

std::unique_ptr<Command> make_token_command() {
    return std::make_unique<TokenCommand>();
}

}  // namespace samvev::app
