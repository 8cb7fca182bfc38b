#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace samvev::modules {

// Why a module is not taken. The numbers stand in messages, logs and sdk/README.md: never renumber.
enum class Refusal {
    // The manifest.
    not_json = 101,        // Not JSON, too deep, or a key that occurs twice.
    shape = 102,           // A key that is unknown or missing, or a value of another type.
    name = 103,            // A name outside the namespace, malformed, or declared twice.
    abi = 104,             // Built for another ABI major, or needs a newer minor.
    schema = 105,          // A schema that cannot be used.
    event_versions = 106,  // Versions of an event type with a gap, or an old one emitted.
    reference = 107,       // A name or pointer that leads nowhere.
    texts = 108,           // A text that lacks a language.
    example = 109,         // An example that does not fit its own schema.

    // The file.
    file = 120,           // Not a regular file, or not readable.
    file_writable = 121,  // Others could exchange it.
    elf = 122,            // Not a 64-bit ELF library for this machine.
    no_manifest = 123,    // No section .samvev.manifest.
    not_loadable = 124,   // The dynamic linker said no.
    no_entry = 125,       // No symbol samvev_entry_v1.
    entry_layout = 126,   // An entry that is too short, or with reserved bits or a null function.
    manifest_differs = 127,  // The entry's manifest is not the section's.
    create = 128,            // The module's create() failed.
    isolation = 129,         // The manifest does not allow this way of running.

    // Several modules together.
    owned_twice = 140,      // A name or stream kind with two owners.
    unknown_stream = 141,   // A stream kind that no module owns.
    unknown_event = 142,    // An event type that no module declares.
    unknown_command = 143,  // A command that no module declares, or that the sender may not send.
};

// `module`: "<id> <version>", or the file name as long as the id is not known. `what`: both sides
// and what to do, e.g. "needs plugin ABI 1.3, this server has 1.0. Upgrade the server". Code
// invalid_argument, or unsupported for `abi` and `isolation`. Message "SVP-104 checkin 1.2.0: …";
// data {"svp":104}.
[[nodiscard]] Error refusal(Refusal code, std::string_view module, std::string_view what);

}  // namespace samvev::modules
