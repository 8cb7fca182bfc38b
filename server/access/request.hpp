#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/actor.hpp"
#include "access/facts.hpp"

namespace samvev::access {

// As events are labelled; the stricter of the stored label and the manifest's.
enum class Confidentiality { open, internal, restricted, strict };

// One piece of content: an event, a row or section of a view document, a search result. All three
// carry the labels of the event they come from, so all three are decided alike.
struct Item {
    std::string topic;
    Confidentiality confidentiality = Confidentiality::internal;
    Id owner_unit;                  // or empty
    std::vector<Id> subjects;       // persons it is about, besides the case's
    std::vector<Id> audience;       // staff, persons, units; empty: whoever may otherwise
    std::vector<Id> withheld_from;  // staff, persons, units, or "guardians"
    std::vector<std::string> gives_consent_for;  // topics, when writing a consent
};

enum class Action { read, list, search, write, explain };

struct Resource {
    // `answer`: to what the caller was asked in a case (invitation, handover, meeting, task).
    // `erasure`: that a case or a person, or something of them, is to be forgotten or kept.
    enum class Kind {
        case_,
        person,
        item,
        unit,
        access_log,
        consultation,
        emergency,
        answer,
        erasure
    };
    Kind kind = Kind::item;
    std::uint32_t tenant = 0;
    Id case_id;    // case; item of a case; answer; emergency (its review); erasure of a case
    Id person_id;  // person; access log; item of a person's stream; erasure of a person
    Id unit_id;    // unit, or the one that a staff member belongs to
    Id staff_id;   // unit: that member of its staff
    Id grant_id;   // emergency
    Item item;     // item, consultation
    // Writing: signs the declaration of confidentiality, which comes before anything else.
    bool declares = false;
    // The item stands for a topic of the case as a whole, whether or not there is anything in it:
    // only then may a denial say that an emergency would open it.
    bool whole_topic = false;
};

struct Request {
    Actor actor;                                      // with the purpose and the level of its login
    Assurance login_needed = Assurance::substantial;  // by the method, whatever it is asked about
    Action action = Action::read;
    Resource resource;
};

}  // namespace samvev::access
