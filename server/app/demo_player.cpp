#include "app/demo_player.hpp"

#include "access/token_verifier.hpp"
#include "app/client/rpc_client.hpp"
#include "app/data_directory.hpp"
#include "app/demo_script.hpp"
#include "base/uuid.hpp"

#include <samvev/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace samvev::app {
namespace {

// How many steps of each file are done, kept beside the history they went into.
class Progress {
public:
    explicit Progress(std::string path) : path_(std::move(path)) {
        std::ifstream file(path_);
        std::string name;
        std::size_t steps = 0;
        while (file >> steps && std::getline(file >> std::ws, name)) {
            done_[name] = steps;
        }
    }
    [[nodiscard]] std::size_t done(const std::string& file) const {
        const auto found = done_.find(file);
        return found == done_.end() ? 0 : found->second;
    }
    // Replaced as a whole: an interruption leaves the old file or the new one.
    Result<std::monostate> set(const std::string& file, std::size_t steps) {
        done_[file] = steps;
        const std::string temporary = path_ + ".new";
        std::ofstream out(temporary, std::ios::trunc);
        for (const auto& [name, count] : done_) {
            out << count << " " << name << "\n";
        }
        out.close();
        std::error_code error;
        if (out) {
            std::filesystem::rename(temporary, path_, error);
        }
        if (!out || error) {
            return fail(
                ErrorCode::invalid_argument,
                path_ + " cannot be written; is --data the server's directory?"
            );
        }
        return {};
    }

private:
    std::string path_;
    std::map<std::string, std::size_t> done_;
};

class Player {
public:
    Player(
        const DemoSettings& settings, const Demo& demo, access::DevelopmentKey key,
        base::Timestamp now
    )
        : settings_(settings), demo_(demo), key_(std::move(key)), now_(now) {}

    Result<std::monostate> play(const DemoScript& script, std::size_t index) {
        const DemoStep& step = script.steps[index];
        const std::string place =
            script.file + " step " + std::to_string(index) + " (" + step.method + ")";
        SAMVEV_TRY(client::RpcClient* const connection, connection_of(place, step));
        json params = json::parse(resolve_demo_dates(step.params, now_));
        const std::string name = "samvev-demo/" + script.file + "/" + std::to_string(index);
        const std::array<std::string_view, 1> parts{name};
        params["commandId"] = base::derived_uuid(parts).text();
        SAMVEV_TRY(const client::RpcReply reply, connection->call(step.method, params.dump()));
        return judge(place, step, reply);
    }

private:
    static Result<std::monostate> judge(
        const std::string& place, const DemoStep& step, const client::RpcReply& reply
    ) {
        constexpr int rejected = 42201;
        constexpr int used_for_other_content = 40902;
        if (!reply.error) {
            if (!step.expect.empty()) {
                return fail(
                    ErrorCode::rejected,
                    place + ": was taken, but should be refused with " + step.expect + "."
                );
            }
            return {};
        }
        // Played before on another day: the same step, with the dates of that day.
        if (reply.error->code == used_for_other_content) {
            return {};
        }
        const bool expected =
            !step.expect.empty() && reply.error->code == rejected &&
            reply.error->data.find("\"" + step.expect + "\"") != std::string::npos;
        if (!expected) {
            return fail(
                ErrorCode::rejected, place + ": the server answered " + to_text(*reply.error) + "."
            );
        }
        return {};
    }

    // One connection per actor and choice of roles, opened when first needed.
    Result<client::RpcClient*> connection_of(const std::string& place, const DemoStep& step) {
        const std::string key = step.as + "/" + step.role;
        if (const auto found = connections_.find(key); found != connections_.end()) {
            return found->second.get();
        }
        const auto actor = demo_.actors.find(step.as);
        if (actor == demo_.actors.end()) {
            return fail(
                ErrorCode::invalid_argument,
                place + ": municipality.json has no actor '" + step.as + "'."
            );
        }
        access::DevelopmentToken token;
        token.actor = actor->second;
        if (!step.role.empty()) {
            token.actor.roles = {step.role};
        }
        // Nobody types as fast as this: a program's share of the server.
        token.actor.roles.emplace_back("service:demo");
        client::RpcClientSettings settings;
        settings.endpoint = settings_.server;
        SAMVEV_TRY(settings.token, access::make_development_token(key_, token, now_));
        return connections_.emplace(key, client::make_rpc_client(std::move(settings)))
            .first->second.get();
    }

    const DemoSettings& settings_;
    const Demo& demo_;
    access::DevelopmentKey key_;
    base::Timestamp now_;
    std::map<std::string, std::unique_ptr<client::RpcClient>> connections_;
};

}  // namespace

Result<DemoSummary> play_demo(const DemoSettings& settings, const base::Clock& clock) {
    if (!std::filesystem::is_directory(settings.data_directory)) {
        return fail(
            ErrorCode::not_found,
            "There is no directory " + settings.data_directory + ". Name the server's with --data."
        );
    }
    SAMVEV_TRY(auto key, access::load_or_make_development_key(settings.data_directory));
    SAMVEV_TRY(const Demo demo, read_demo(settings.folder));
    std::size_t steps = 0;
    for (const DemoScript& script : demo.scripts) {
        steps += script.steps.size();
    }
    Player player(settings, demo, std::move(key), clock.now());
    Progress progress(DataPaths{settings.data_directory}.demo_progress());
    DemoSummary summary;
    for (const DemoScript& script : demo.scripts) {
        ++summary.files;
        for (std::size_t index = 0; index < script.steps.size(); ++index) {
            if (settings.progress) {
                settings.progress(summary.played + summary.skipped, steps, script.file);
            }
            if (index < progress.done(script.file)) {
                ++summary.skipped;
                continue;
            }
            SAMVEV_CHECK_OK(player.play(script, index));
            SAMVEV_CHECK_OK(progress.set(script.file, index + 1));
            ++summary.played;
        }
    }
    return summary;
}

}  // namespace samvev::app
