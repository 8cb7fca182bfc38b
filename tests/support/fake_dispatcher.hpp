#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/dispatcher.hpp"

namespace samvev::test {

// A dispatcher that writes down what it is sent and answers as it is told.
class FakeDispatcher final : public dispatch::Dispatcher {
public:
    // What to answer; absent = later, by complete().
    using Answer = std::function<std::optional<Result<std::string>>(const dispatch::Request&)>;

    void execute(dispatch::Request request, dispatch::Completion done) override {
        requests.push_back(request);
        std::optional<Result<std::string>> now =
            answer ? answer(request) : std::optional(Result<std::string>(std::string("{}")));
        if (now) {
            done(std::move(*now));
        } else {
            owed_.push_back(std::move(done));
        }
    }
    [[nodiscard]] std::vector<std::string> method_names() const override { return {}; }
    [[nodiscard]] std::string open_rpc(std::string_view) const override { return "{}"; }

    // Answers the oldest request that has no answer yet.
    void complete(Result<std::string> result) {
        if (owed_.empty()) {
            throw std::logic_error("no answer is owed");
        }
        const dispatch::Completion done = std::move(owed_.front());
        owed_.erase(owed_.begin());
        done(std::move(result));
    }
    [[nodiscard]] std::size_t owed_count() const { return owed_.size(); }
    // The methods in the order they came, separated by spaces.
    [[nodiscard]] std::string methods_as_text() const {
        std::string out;
        for (const dispatch::Request& request : requests) {
            out += out.empty() ? "" : " ";
            out += request.method;
        }
        return out;
    }

    std::vector<dispatch::Request> requests;
    Answer answer;

private:
    std::vector<dispatch::Completion> owed_;
};

}  // namespace samvev::test
