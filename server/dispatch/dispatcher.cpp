#include "dispatch/dispatcher.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <utility>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "dispatch/access_log/release.hpp"
#include "dispatch/command_handler.hpp"
#include "dispatch/methods/methods.hpp"
#include "dispatch/query_handler.hpp"
#include "dispatch/role_check.hpp"

namespace samvev::dispatch {
namespace {

// A command that timers and reactions alone may send: to everyone else it does not exist.
bool only_for_the_server(const modules::CommandType& type) {
    return !type.roles.empty() &&
           std::all_of(type.roles.begin(), type.roles.end(), [](const std::string& role) {
               return role.starts_with("system:");
           });
}

class ModuleDispatcher final : public Dispatcher {
public:
    explicit ModuleDispatcher(const DispatcherParts& parts)
        : executor_(parts.executor),
          access_log_(parts.access_log),
          gate_(parts.facts, parts.registry, parts.clock, parts.access_log),
          commands_(std::make_shared<CommandHandler>(CommandHandlerParts{
              parts.log, parts.registry, parts.executor, parts.clock, parts.ids, parts.tokens,
              parts.secret, gate_, parts.access_log, parts.drop_states
          })) {
        for (const auto& module : parts.registry.modules()) {
            for (const modules::CommandType& type : module->manifest().commands) {
                command_methods_.emplace(type.name, make_command_method(*module, type));
            }
        }
        const QueryParts query{parts.log, parts.registry, parts.views,          parts.tokens,
                               gate_,     parts.executor, parts.lookups_per_day};
        add(view_methods(query));
        add(me_methods(query));
        add(stream_methods(query));
        add(authz_methods(query));
        add(access_log_methods(query));
        if (parts.settable_clock != nullptr) {
            add(dev_clock_methods(*parts.settable_clock));
        }
        for (const auto& [method, example] : parts.examples) {
            examples_.emplace(method, example);
        }
    }

    void forget(store::LogId log, const store::StreamId& stream) override {
        commands_->forget(log, stream);
    }

    void execute(Request request, Completion done) override {
        if (!request.actor) {
            done(fail(
                ErrorCode::unauthenticated,
                "Authenticate first: session.authenticate, or a bearer token."
            ));
            return;
        }
        if (const auto command = command_methods_.find(request.method);
            command != command_methods_.end() &&
            (request.actor->kind == access::Actor::Kind::system ||
             !only_for_the_server(*command->second.type))) {
            execute_command(command->second, request, std::move(done));
            return;
        }
        const auto query = query_methods_.find(request.method);
        if (query == query_methods_.end()) {
            done(fail(
                ErrorCode::unsupported,
                "There is no method '" + request.method + "'. See rpc.discover."
            ));
            return;
        }
        execute_query(query->second, std::move(request), std::move(done));
    }

    std::vector<std::string> method_names() const override {
        std::set<std::string> names;
        for (const auto& [name, method] : command_methods_) {
            if (!only_for_the_server(*method.type)) {
                names.insert(name);
            }
        }
        for (const auto& [name, method] : query_methods_) {
            names.insert(name);
        }
        return {names.begin(), names.end()};
    }

    std::string open_rpc(std::string_view connection_methods) const override {
        std::vector<MethodDescription> all;
        for (const auto& [name, method] : command_methods_) {
            if (!only_for_the_server(*method.type)) {
                all.push_back(with_example(describe(method)));
            }
        }
        for (const auto& [name, method] : query_methods_) {
            all.push_back(with_example(method.description));
        }
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return a.name < b.name;
        });
        return open_rpc_document(all, connection_methods);
    }

private:
    void add(std::vector<QueryMethod> methods) {
        for (QueryMethod& method : methods) {
            std::string name = method.description.name;
            query_methods_.insert_or_assign(std::move(name), std::move(method));
        }
    }

    [[nodiscard]] MethodDescription with_example(MethodDescription description) const {
        const auto found = examples_.find(description.name);
        if (found != examples_.end()) {
            description.example = found->second;
        }
        return description;
    }

    void execute_command(const CommandMethod& method, const Request& request, Completion done) {
        if (!request.actor->has_any_role(method.type->roles)) {
            done(tl::unexpected<Error>(role_missing(method.type->name, method.type->roles)));
            return;
        }
        Result<CommandParams> params =
            parse_command_params(method, request.params, commands_->digest_key());
        if (!params) {
            done(tl::unexpected<Error>(std::move(params.error())));
            return;
        }
        if (params->traceparent.empty()) {
            params->traceparent = request.traceparent;
        }
        if (method.type->one_time_code) {
            commands_->draw_code(*params, *request.actor);
        }
        commands_->execute(method, std::move(*params), request, std::move(done));
    }

    void execute_query(const QueryMethod& method, Request request, Completion done) {
        auto shared_done = std::make_shared<Completion>(std::move(done));
        const bool posted =
            executor_.try_post([this, &method, request = std::move(request), shared_done] {
                if (request.cancel && request.cancel->cancelled()) {
                    (*shared_done)(
                        fail(ErrorCode::cancelled, "The call was withdrawn before it was answered.")
                    );
                    return;
                }
                run_query(method, request, shared_done);
            });
        if (!posted) {
            (*shared_done)(fail(
                ErrorCode::overloaded,
                "The server has too much to do. Ask again after retryAfterMs.",
                base::JsonObject().number("retryAfterMs", limits::retry_after.count()).take()
            ));
        }
    }

    // A query that throws (a document that is not what its schema says, no memory) ends this call
    // only.
    void run_query(
        const QueryMethod& method, const Request& request, const std::shared_ptr<Completion>& done
    ) {
        const AnswerCompletion once = [this, &method, done](Answer answer) {
            if (Completion first = std::exchange(*done, nullptr)) {
                answer.reading.method = method.description.name;
                release(access_log_, std::move(answer), std::move(first));
            }
        };
        try {
            method.run(request, once);
        } catch (const std::exception& error) {
            base::logger("dispatch")
                .error("query failed method={} what=\"{}\"", method.description.name, error.what());
            once({fail(ErrorCode::internal, method.description.name + " could not be answered.")});
        }
    }

    base::Executor& executor_;
    AccessLog* const access_log_;
    const Gate gate_;
    std::map<std::string, CommandMethod, std::less<>> command_methods_;
    std::map<std::string, QueryMethod, std::less<>> query_methods_;
    std::map<std::string, MethodExample, std::less<>> examples_;
    std::shared_ptr<CommandHandler> commands_;
};

}  // namespace

std::unique_ptr<Dispatcher> make_dispatcher(const DispatcherParts& parts) {
    return std::make_unique<ModuleDispatcher>(parts);
}

}  // namespace samvev::dispatch
