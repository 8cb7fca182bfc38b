#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/reading.hpp"
#include "dispatch/request.hpp"

namespace samvev::dispatch {

struct MethodExample {
    std::string params;   // JSON object, or empty: no example
    std::string summary;  // who asks, or empty
};

// A method as OpenRPC describes it. All schemas are JSON Schema draft-07 texts.
struct MethodDescription {
    std::string name;
    std::string summary;
    struct Parameter {
        std::string name;
        bool required = false;
        std::string schema;
        std::string summary;
    };
    std::vector<Parameter> parameters;
    std::string result_schema;
    MethodExample example;
    std::string example_result;  // JSON value, or empty
    std::vector<std::string> roles;
    enum class Kind { command, query, server } kind = Kind::query;
};

// What a query answers, and what of persons is in it or was refused: it leaves when that is on
// record.
struct Answer {
    Result<std::string> result;
    access::Reading reading{};  // empty: it is about nobody
};
using AnswerCompletion = std::function<void(Answer)>;

// A method that is not a module's command: runs on the executor, may block, answers once.
using QueryFunction = std::function<void(const Request&, AnswerCompletion)>;

struct QueryMethod {
    MethodDescription description;
    QueryFunction run;
};

}  // namespace samvev::dispatch
