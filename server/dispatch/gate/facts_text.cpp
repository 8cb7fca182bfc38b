#include "dispatch/gate/facts_text.hpp"

#include <concepts>
#include <samvev/json.hpp>
#include <type_traits>

#include "base/calendar_text.hpp"

namespace samvev::dispatch {
namespace {

// Every member, in order: a new one does not compile before it is named here.
template <typename Use>
void members(access::Period& it, Use use) {
    auto& [from, until] = it;
    use(from, until);
}
template <typename Use>
void members(access::UnitFacts& it, Use use) {
    auto& [parent, leader, external, hidden, closed_on] = it;
    use(parent, leader, external, hidden, closed_on);
}
template <typename Use>
void members(access::Assignment& it, Use use) {
    auto& [role, unit, period, ended] = it;
    use(role, unit, period, ended);
}
template <typename Use>
void members(access::StandIn& it, Use use) {
    auto& [absent, period] = it;
    use(absent, period);
}
template <typename Use>
void members(access::StaffFacts& it, Use use) {
    auto& [person, home_unit, signed_declaration, assignments, stands_in_for, substitute] = it;
    use(person, home_unit, signed_declaration, assignments, stands_in_for, substitute);
}
template <typename Use>
void members(access::Post& it, Use use) {
    auto& [staff, unit] = it;
    use(staff, unit);
}
template <typename Use>
void members(access::Participation& it, Use use) {
    auto& [phase, post, person, topics, period] = it;
    use(phase, post, person, topics, period);
}
template <typename Use>
void members(access::Release& it, Use use) {
    auto& [ground, topics, recipients, every_unit, sources, excluded_topics, excluded_units, period, withdrawn, paragraph] =
        it;
    use(ground, topics, recipients, every_unit, sources, excluded_topics, excluded_units, period,
        withdrawn, paragraph);
}
template <typename Use>
void members(access::EmergencyGrant& it, Use use) {
    auto& [post, from, until, reason_code, reviewed_by] = it;
    use(post, from, until, reason_code, reviewed_by);
}
template <typename Use>
void members(access::Withholding& it, Use use) {
    auto& [item, from, released] = it;
    use(item, from, released);
}
template <typename Use>
void members(access::Invitation& it, Use use) {
    auto& [phase, person, locator, code, device, redeem_by, ends_at] = it;
    use(phase, person, locator, code, device, redeem_by, ends_at);
}
template <typename Use>
void members(access::ConsultationFacts& it, Use use) {
    auto& [owner_unit, asked] = it;
    use(owner_unit, asked);
}
template <typename Use>
void members(access::CaseFacts& it, Use use) {
    auto& [person, level, closed, coordinator, coordinator_since, concern_owner, coordinating_unit, offered_to, escalated_to, participations, releases, emergencies, withholdings, invitations, linked_cases] =
        it;
    use(person, level, closed, coordinator, coordinator_since, concern_owner, coordinating_unit,
        offered_to, escalated_to, participations, releases, emergencies, withholdings, invitations,
        linked_cases);
}
template <typename Use>
void members(access::Proxy& it, Use use) {
    auto& [topics, period] = it;
    use(topics, period);
}
template <typename Use>
void members(access::PersonFacts& it, Use use) {
    auto& [birth_date, dead, protection, guardians, care_unit, proxies, contact_restrictions, blocks, registered_by, cases] =
        it;
    use(birth_date, dead, protection, guardians, care_unit, proxies, contact_restrictions, blocks,
        registered_by, cases);
}
template <typename Use>
void members(access::ServiceFacts& it, Use use) {
    auto& [topics, writes, acts_alone, period] = it;
    use(topics, writes, acts_alone, period);
}

template <typename T>
concept Plain = std::same_as<T, std::string> || std::integral<T>;

template <typename T>
json written(T& value) {
    if constexpr (Plain<T>) {
        return value;
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<int>(value);
    } else if constexpr (std::same_as<T, base::Date>) {
        return base::to_text(value);
    } else if constexpr (std::same_as<T, base::Timestamp>) {
        return value.time_since_epoch().count();
    } else if constexpr (requires { value.has_value(); }) {
        return value ? written(*value) : json();
    } else if constexpr (requires { typename T::mapped_type; }) {
        json out = json::object();
        for (auto& [key, one] : value) {
            out[key] = written(one);
        }
        return out;
    } else if constexpr (requires { value.begin(); }) {
        json out = json::array();
        for (auto one : value) {
            out.push_back(written(one));
        }
        return out;
    } else {
        json out = json::array();
        members(value, [&](auto&... each) { (out.push_back(written(each)), ...); });
        return out;
    }
}

// Throws what nlohmann/json throws, or Fault, when it is not a T.
template <typename T>
void read(const json& text, T& value) {
    if constexpr (Plain<T>) {
        text.get_to(value);
    } else if constexpr (std::is_enum_v<T>) {
        value = static_cast<T>(text.get<int>());
    } else if constexpr (std::same_as<T, base::Date>) {
        const auto day = base::parse_date(text.get_ref<const std::string&>());
        if (!day) {
            throw Fault("no date");
        }
        value = *day;
    } else if constexpr (std::same_as<T, base::Timestamp>) {
        value = base::Timestamp(typename T::duration(text.get<typename T::rep>()));
    } else if constexpr (requires { value.has_value(); }) {
        if (!text.is_null()) {
            read(text, value.emplace());
        }
    } else if constexpr (requires { typename T::mapped_type; }) {
        for (const auto& [key, one] : text.items()) {
            read(one, value[key]);
        }
    } else if constexpr (requires { value.begin(); }) {
        for (const json& one : text) {
            typename T::value_type element;
            read(one, element);
            value.insert(value.end(), std::move(element));
        }
    } else {
        std::size_t at = 0;
        members(value, [&](auto&... each) { (read(text.at(at++), each), ...); });
        if (at != text.size()) {
            throw Fault("more members than are known");
        }
    }
}

}  // namespace

template <typename T>
std::string facts_text(const T& facts) {
    T copy = facts;  // members() names them for reading and for writing.
    return written(copy).dump();
}

template <typename T>
std::optional<T> read_facts(std::string_view text) {
    try {
        T facts;
        read(parse_json(text), facts);
        return facts;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

template std::string facts_text(const access::UnitFacts&);
template std::string facts_text(const access::StaffFacts&);
template std::string facts_text(const access::CaseFacts&);
template std::string facts_text(const access::PersonFacts&);
template std::string facts_text(const access::ServiceFacts&);
template std::string facts_text(const access::ConsultationFacts&);
template std::optional<access::UnitFacts> read_facts(std::string_view);
template std::optional<access::StaffFacts> read_facts(std::string_view);
template std::optional<access::CaseFacts> read_facts(std::string_view);
template std::optional<access::PersonFacts> read_facts(std::string_view);
template std::optional<access::ServiceFacts> read_facts(std::string_view);
template std::optional<access::ConsultationFacts> read_facts(std::string_view);
template std::string facts_text(const access::Ids&);
template std::optional<access::Ids> read_facts(std::string_view);

}  // namespace samvev::dispatch
