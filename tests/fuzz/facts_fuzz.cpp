#include "access/facts_fold.hpp"
#include "access/policy.hpp"
#include "base/assert.hpp"
#include "target.hpp"

// Payloads of recorded events, as old versions and other modules may have written them: one
// "type payload" a line.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    return {
        "organisation.staff-registered {\"unitId\":\"u\",\"personId\":\"p\"}\n"
        "organisation.staff-role-assigned {\"role\":\"leader\",\"unitId\":\"u\",\"from\":"
        "\"2027-01-01\",\"until\":\"2028-02-29\"}\n"
        "organisation.substitute-set {\"substituteId\":\"s\"}",
        "person.person-registered {\"birthDate\":\"2015-05-04\"}\n"
        "person.address-protection-set {\"level\":\"confidential\"}",
        "case.case-opened {\"level\":2,\"personId\":\"s\",\"coordinatorId\":\"s\"}\n"
        "case.participant-invited {\"staffId\":\"s\",\"unitId\":\"u\",\"topics\":[\"health\"]}\n"
        "case.invitation-accepted {}\ncase.consent-granted {\"topics\":[\"health\"],"
        "\"recipientUnitIds\":[\"u\"],\"from\":\"2027-01-01\"}\ncase.case-closed {}",
        "case.case-opened {\"level\":1,\"personId\":\"s\"}\n"
        "privacy.item-withheld {\"itemId\":\"e\",\"withheldFrom\":[\"guardians\"]}\n"
        "privacy.access-blocked {\"unitId\":\"u\",\"until\":\"2028-02-29\"}\n"
        "break-glass.started "
        "{\"staffId\":\"s\",\"unitId\":\"u\",\"until\":\"2027-01-01T00:00:00Z\"}\n"
        "break-glass.ended {}",
    };
}

void try_input(std::string_view input) {
    access::Facts start;
    start.tenant = 1;
    access::FactsFold fold(start);
    while (!input.empty()) {
        const std::string_view line = input.substr(0, input.find('\n'));
        input.remove_prefix(std::min(input.size(), line.size() + 1));
        const std::size_t space = line.find(' ');
        const std::string_view type = line.substr(0, space);
        const std::string_view kind = type.substr(0, type.find('.'));
        const std::uint64_t version = fold.facts().version;
        const auto changed = fold.fold(
            {.type = type,
             .stream_kind = kind == "organisation" ? "staff"
                            : kind == "person"     ? kind
                                                   : "case",
             .stream_id = "s",
             .entity = "e",
             .recorded_at = {},
             .actor = "staff/0192f0c1-0000-7000-8000-000000002001",
             .payload = space == line.npos ? std::string_view() : line.substr(space + 1)}
        );
        SAMVEV_ASSERT(fold.facts().version == version + (changed && *changed ? 1 : 0));
    }
    access::Request request;
    request.actor.tenant = request.resource.tenant = 1;
    request.actor.id = request.resource.case_id = "s";
    request.actor.purpose = "coordination";
    SAMVEV_ASSERT(
        access::decide(request, fold.facts(), {}) ==
        access::explain(request, fold.facts(), {}).decision
    );
}

}  // namespace samvev::fuzz
