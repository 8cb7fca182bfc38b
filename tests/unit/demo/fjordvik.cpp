#include "fjordvik.hpp"

namespace samvev::builtin {
const samvev_entry& case_();
const samvev_entry& coordination();
const samvev_entry& break_glass();
const samvev_entry& privacy();
const samvev_entry& consultation();
const samvev_entry& erasure();
const samvev_entry& invitation();
const samvev_entry& organisation();
const samvev_entry& person();
}  // namespace samvev::builtin

namespace samvev::test {

using testing::Outcome;
using testing::Sender;
using testing::TestEvent;
using testing::TestStream;

Fjordvik::Fjordvik(Time now) : now_(now) {
    for (const samvev_entry* entry :
         {&builtin::person(), &builtin::organisation(), &builtin::case_(), &builtin::coordination(),
          &builtin::break_glass(), &builtin::privacy(), &builtin::consultation(),
           &builtin::erasure(), &builtin::invitation(), &samvev_entry_v1}) {
        auto manifest = modules::parse_manifest(view(entry->manifest));
        if (!manifest) {
            throw testing::Mismatch(manifest.error().message);
        }
        parts_.push_back({std::make_unique<testing::TestModule>(*entry), std::move(*manifest)});
    }
}

Fjordvik::~Fjordvik() = default;

json Fjordvik::resolve(const json& value) const {
    if (value.is_structured()) {
        json out = value;
        for (auto& member : out) {
            member = resolve(member);
        }
        return out;
    }
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (!text.starts_with("@today")) {
        return value;
    }
    const std::size_t space = text.find(' ');
    const std::string days = text.substr(6, space == std::string::npos ? space : space - 6);
    const Date date(
        std::chrono::sys_days(oslo_date(now_)) +
        std::chrono::days(days.empty() ? 0 : std::stoi(days))
    );
    if (space == std::string::npos) {
        return to_text(date);
    }
    return to_text(
        oslo_midnight(date) + std::chrono::hours(std::stoi(text.substr(space + 1, 2))) +
        std::chrono::minutes(std::stoi(text.substr(space + 4, 2)))
    );
}

TestStream& Fjordvik::stream(const Part& part, const Key& key) {
    auto& found = streams_[{part.manifest.id, key}];
    if (!found) {
        found = std::make_unique<TestStream>(*part.module, key.first, key.second);
        for (const TestEvent& event : history_[key]) {
            found->add(event);
        }
    }
    return *found;
}

json Fjordvik::context(const Part& part, const modules::CommandType& type, const json& data) {
    json out = json::object();
    for (const modules::ContextRead& read : type.reads) {
        const json::json_pointer pointer(read.id_pointer);
        out[read.name] = nullptr;
        if (data.contains(pointer)) {
            const Key key{read.stream_kind, data[pointer].get<std::string>()};
            if (history_.contains(key)) {
                out[read.name] = stream(part, key).state();
            }
        }
    }
    return out;
}

void Fjordvik::remember(const Key& key, const std::vector<TestEvent>& events) {
    for (const TestEvent& event : events) {
        history_[key].push_back(event);
        to_react_.emplace_back(key, event);
    }
    for (auto& [name, known] : streams_) {
        if (name.second == key) {
            for (const TestEvent& event : events) {
                known->add(event);
            }
        }
    }
}

// Checks what was decided as the server does, and makes it history.
std::string Fjordvik::take(
    const Part& part, const modules::CommandType& type, const Key& key, const Outcome& outcome
) {
    for (const TestEvent& event : outcome.events) {
        const modules::EventType* declared = part.manifest.find_event(event.type, event.version);
        const auto fits = declared->schema->check(event.data.dump());
        if (!fits) {
            return event.type + " does not fit its schema: " + fits.error().data;
        }
    }
    for (const auto& [name, value] : outcome.released) {
        claims_.erase(name + " " + value);
    }
    for (const auto& [name, value] : outcome.claimed) {
        const auto held = claims_.emplace(name + " " + value, key);
        if (!held.second && held.first->second != key) {
            return type.name + " lost the claim " + name;
        }
    }
    for (const std::string& name : outcome.cleared) {
        timers_.erase({key, part.manifest.id + "/" + name});
    }
    for (const testing::TestTimer& timer : outcome.timers) {
        timers_[{key, part.manifest.id + "/" + timer.name}] = {
            timer.due, timer.command, timer.data
        };
    }
    remember(key, outcome.events);
    return {};
}

std::string Fjordvik::play(
    const json& actor, const std::string& method, const json& params, Then then
) {
    for (const Part& part : parts_) {
        const modules::CommandType* type = part.manifest.find_command(method);
        if (type == nullptr) {
            continue;
        }
        const std::string target =
            type->stream_kind == "legal-hold" ? "legalHoldId" : type->stream_kind + "Id";
        const Key key{type->stream_kind, params.at(target).get<std::string>()};
        json data = params;
        data.erase(target);
        Sender sender;
        sender.now = now_;
        sender.occurred_on = data.value("occurredOn", "");
        data.erase("occurredOn");
        data.erase("purpose");
        sender.roles = actor.at("roles").get<std::vector<std::string>>();
        sender.unit = actor.value("unit", "");
        sender.actor = actor.contains("staff")    ? "staff/" + actor["staff"].get<std::string>()
                       : actor.contains("person") ? "person/" + actor["person"].get<std::string>()
                                                  : "system/" + part.manifest.id;
        if (std::none_of(type->roles.begin(), type->roles.end(), [&](const std::string& role) {
                return std::find(sender.roles.begin(), sender.roles.end(), role) !=
                       sender.roles.end();
            })) {
            return method + ": none of the actor's roles may";
        }
        if (!type->creates && !history_.contains(key)) {
            return method + ": there is no " + key.first + " " + key.second;
        }
        const auto fits = type->schema->check(data.dump());
        if (!fits) {
            return method + ": " + fits.error().data;
        }
        if (type->one_time_code) {  // As the host draws it.
            data["locator"] = std::to_string(1000 + history_[key].size());
            data["codeDigest"] = std::string(43, 'A');
        }
        sender.context = context(part, *type, data);
        Outcome outcome = stream(part, key).decide(method, data, sender);
        if (outcome.status != SAMVEV_OK) {
            return method + ": " + testing::as_text(outcome);
        }
        for (TestEvent& event : outcome.events) {
            event.actor = sender.actor;
            event.role = sender.roles.front();
            event.unit = sender.unit;
            event.recorded_at = now_;
            event.occurred_on = sender.occurred_on;
        }
        return then == Then::commit ? take(part, *type, key, outcome) : "";
    }
    return method + ": there is no such command";
}

std::string Fjordvik::settle() {
    while (!to_react_.empty()) {
        const auto [key, event] = to_react_.front();
        to_react_.erase(to_react_.begin());
        for (const Part& part : parts_) {
            for (const modules::ReactionType& reaction : part.manifest.reactions) {
                if (std::find(reaction.on.begin(), reaction.on.end(), event.type) ==
                    reaction.on.end()) {
                    continue;
                }
                for (const testing::TestCommand& sent :
                     part.module->react(event, key.first, key.second)) {
                    json params = sent.data;
                    params[sent.stream_kind + "Id"] = sent.stream_id;
                    const std::string wrong =
                        play({{"roles", {"system:reaction"}}}, sent.command, params, Then::commit);
                    if (!wrong.empty()) {
                        return wrong;
                    }
                }
            }
        }
    }
    const auto timers = timers_;
    for (const auto& [name, timer] : timers) {
        if (timer.due <= now_) {
            timers_.erase(name);
            json params = timer.data;
            params[name.first.first + "Id"] = name.first.second;
            const std::string wrong =
                play({{"roles", {"system:timer"}}}, timer.command, params, Then::commit);
            if (!wrong.empty()) {
                return wrong;
            }
        }
    }
    return {};
}

std::map<std::string, int> Fjordvik::event_counts() const {
    std::map<std::string, int> out;
    for (const auto& [key, events] : history_) {
        for (const TestEvent& event : events) {
            ++out[event.type];
        }
    }
    return out;
}

}  // namespace samvev::test
