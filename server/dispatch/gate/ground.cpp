#include "dispatch/gate/ground.hpp"

#include <algorithm>

namespace samvev::dispatch {

using access::Resource;

void point_at(Resource& resource, const store::StreamId& stream, const access::Facts& facts) {
    const std::string id = stream.id.text();
    if (stream.kind == "case") {
        resource.case_id = id;
    } else if (stream.kind == "person") {
        resource.person_id = id;
    } else if (stream.kind == "consultation") {
        resource.kind = Resource::Kind::consultation;
    } else if (stream.kind == "unit") {
        resource.unit_id = id;
    } else if (stream.kind == "staff") {
        const access::StaffFacts* staff = facts.staff.find(id);
        resource.unit_id = staff == nullptr ? std::string() : staff->home_unit;
        resource.staff_id = id;
    }
}

void point_at_erasure(
    Resource& resource, const store::StreamId& stream, std::string_view entity,
    const access::Facts& facts
) {
    if (stream.kind != "erasure" && stream.kind != "legal-hold") {
        return;
    }
    const access::Id target = stream.kind == "erasure" ? access::Id(entity) : stream.id.text();
    resource.kind = Resource::Kind::erasure;
    if (facts.cases.find(target) != nullptr) {
        resource.case_id = target;
    } else if (facts.persons.find(target) != nullptr) {
        resource.person_id = target;
    }
}

namespace {

// Whom a thing is about, as far as is known here.
std::vector<access::Id> persons_of(const Resource& resource, const access::Facts& facts) {
    std::vector<access::Id> out = resource.item.subjects;
    const access::CaseFacts* found = facts.cases.find(resource.case_id);
    for (const access::Id& id :
         {resource.person_id, found == nullptr ? access::Id() : found->person}) {
        if (!id.empty()) {
            out.push_back(id);
        }
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

}  // namespace

access::Ground ground_of(
    const access::Decision& decision, const Resource& resource, const access::Facts& facts
) {
    return {
        std::string(decision.rule),
        decision.log,
        decision.basis,
        resource.item.topic,
        persons_of(resource, facts),
        !decision.redacted.empty()
    };
}

}  // namespace samvev::dispatch
