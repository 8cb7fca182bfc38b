#pragma once

#include <functional>
#include <map>
#include <string>

#include "access/actor.hpp"
#include "app/demo_script.hpp"
#include "support/world.hpp"

namespace samvev::test {

// The fictional municipality of config/demo, played through the dispatcher on a frozen clock.
class Fjordvik {
public:
    // `after_step` is called after each command.
    explicit Fjordvik(
        const std::function<void(World&)>& after_step = {}, WorldOptions options = {}
    );

    World world;
    // An actor of municipality.json by key: "ada".
    [[nodiscard]] const access::Actor& actor(const std::string& key) const {
        return demo_.actors.at(key);
    }
    // Sends a command as that actor.
    Result<json> send(const std::string& as, const std::string& method, const json& params);
    // A view's document of a case, as it is stored, whoever may see it.
    [[nodiscard]] json document(const std::string& view, const std::string& case_id);

    // How many events of that type the case has.
    [[nodiscard]] std::size_t count(const std::string& type, const std::string& case_id);

private:
    app::Demo demo_;
};

inline constexpr const char* case_a = "0192f0c1-0000-7000-8000-00000000c001";
inline constexpr const char* handover_a = "0192f0c1-0001-7000-8000-000000001801";
inline constexpr const char* ada = "0192f0c1-0000-7000-8000-000000002001";
inline constexpr const char* odd = "0192f0c1-0000-7000-8000-000000002002";

}  // namespace samvev::test
