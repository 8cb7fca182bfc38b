#pragma once

#include <string>

#include "modules/manifest_reader.hpp"
#include "modules/manifest_scope.hpp"

namespace samvev::modules {

// Each reads one item of a manifest's list and adds it to scope.manifest(). What an item refers to
// must have been read before: events, then rejections, then claims, then commands, views,
// reactions.
void read_event(ManifestReader& item, ManifestScope& scope);
void read_rejection(const std::string& code, ManifestReader& item, ManifestScope& scope);
void read_claim(const std::string& name, ManifestReader& item, ManifestScope& scope);
void read_command(ManifestReader& item, ManifestScope& scope);
void read_view(ManifestReader& item, ManifestScope& scope);
void read_reaction(ManifestReader& item, ManifestScope& scope);

}  // namespace samvev::modules
