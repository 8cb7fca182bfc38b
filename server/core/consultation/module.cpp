#include "decide.hpp"
#include "names.hpp"
#include "project.hpp"

namespace samvev::consultation {

namespace command_name = names::consultation::command;

struct ConsultationModule : Module<
                                ConsultationModule, Folds<"consultation", Consultation>,
                                Folds<"case", Links>, Folds<"unit", Unit>> {
    static void decide(const Consultation& state, const Command& command, Decision& decision) {
        if (command.is(command_name::ask)) {
            ask(state, command, decision);
        } else if (command.is(command_name::advise)) {
            advise(state, command, decision);
        } else if (command.is(command_name::close)) {
            close(state, command, decision);
        } else {
            decision.unsupported();
        }
    }
    static void decide(const Links& links, const Command& command, Decision& decision) {
        link(links, command, decision);
    }
    static void evolve(Consultation& state, const Event& event) {
        consultation::evolve(state, event);
    }
    static void evolve(Links& links, const Event& event) { consultation::evolve(links, event); }
    static void evolve(Unit& unit, const Event& event) { consultation::evolve(unit, event); }
    static void project(
        std::string_view /*view*/, std::string_view /*key*/, json& document, const Event& event
    ) {
        project_board(document, event);
    }
};

}  // namespace samvev::consultation

SAMVEV_BUILTIN_MODULE(consultation, samvev::consultation::ConsultationModule)
