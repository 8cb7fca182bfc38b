#include "wire/frame.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "base/limits.hpp"
#include "support/random_seed.hpp"
#include "wire/json_rpc.hpp"

using namespace samvev;
using wire::Frame;
using wire::FrameEntry;
using wire::FrameReader;

namespace {

// A frame with its padding, as the session has it.
class Text {
public:
    explicit Text(std::string text) : text_(std::move(text)), size_(text_.size()) {
        text_.append(simdjson::SIMDJSON_PADDING, '\0');
    }
    [[nodiscard]] std::string_view view() const { return std::string_view(text_).substr(0, size_); }

private:
    std::string text_;
    std::size_t size_;
};

int code_of(const std::optional<Error>& error) {
    return error ? wire::row_of(*error).rpc_code : 0;
}

// "code" of the frame, or "kind:id:method:params" of its entries with their codes.
std::string told(FrameReader& reader, const std::string& json) {
    const Text text(json);
    const Frame& frame = reader.read(text.view());
    if (frame.error) {
        return std::to_string(code_of(frame.error));
    }
    std::string out = frame.is_batch ? "[" : "";
    for (const FrameEntry& entry : frame.entries) {
        if (out.size() > 1) {
            out += " ";
        }
        if (entry.kind == FrameEntry::Kind::invalid) {
            out += "invalid:" + std::string(entry.id) + ":" + std::to_string(code_of(entry.error));
            continue;
        }
        out += entry.kind == FrameEntry::Kind::request ? "request:" + std::string(entry.id)
                                                       : "notification";
        out += ":" + std::string(entry.method) + ":" + std::string(entry.params_text);
        if (entry.error) {
            out += ":" + std::to_string(code_of(entry.error));
        }
    }
    return out;
}

}  // namespace

TEST_CASE("A request keeps the bytes of its id and params", "[wire][frame]") {
    FrameReader reader;
    CHECK(told(reader, R"({"jsonrpc":"2.0","id":1,"method":"a"})") == "request:1:a:");
    CHECK(
        told(
            reader,
            R"( { "params" : { "x" : [ 1 , "}" ] } , "method":"a\u0062","id" : "\u0061" ,"jsonrpc":"2.0" } )"
        ) == R"(request:"\u0061":ab:{ "x" : [ 1 , "}" ] })"
    );
    CHECK(told(reader, R"({"jsonrpc":"2.0","method":"a","params":[]})") == "notification:a:[]");
}

TEST_CASE("Invalid envelopes keep an id that could be read", "[wire][frame]") {
    FrameReader reader;
    CHECK(told(reader, R"({"id":7,"method":"a"})") == "invalid:7:-32600");
    CHECK(told(reader, R"({"jsonrpc":"2.0","id":7,"method":1})") == "invalid:7:-32600");
    CHECK(told(reader, R"({"jsonrpc":"2.0","id":{},"method":"a"})") == "invalid:null:-32600");
    CHECK(told(reader, R"({"jsonrpc":"2.0","id":7,"id":7,"method":"a"})") == "invalid:null:-32600");
    CHECK(
        told(reader, R"({"jsonrpc":"2.0","id":7,"method":"a","params":null})") == "invalid:7:-32600"
    );
    CHECK(told(reader, "7") == "invalid:null:-32600");
}

TEST_CASE("A batch is read entry by entry", "[wire][frame]") {
    FrameReader reader;
    CHECK(
        told(
            reader,
            R"([{"jsonrpc":"2.0","id":1,"method":"a","params":{"k":"],["}}, 5 ,{"jsonrpc":"2.0","method":"b"}])"
        ) == R"([request:1:a:{"k":"],["} invalid:null:-32600 notification:b:)"
    );
    CHECK(told(reader, "[]") == "-32600");
    std::string many = "[1";
    for (std::size_t i = 1; i < limits::batch_entries_max; ++i) {
        many += ",1";
    }
    CHECK(told(reader, many + "]").substr(0, 8) == "[invalid");
    CHECK(told(reader, many + ",1]") == "-32600");
}

TEST_CASE("Duplicate names are found at every depth and size", "[wire][frame]") {
    FrameReader reader;
    const auto with_params = [&reader](const std::string& params) {
        return told(reader, R"({"jsonrpc":"2.0","id":1,"method":"a","params":)" + params + "}");
    };
    const std::string bad = ":-32602";
    const auto is_bad = [&](const std::string& params) {
        const std::string text = with_params(params);
        return text.size() > bad.size() && text.substr(text.size() - bad.size()) == bad;
    };
    CHECK(is_bad(R"({"a":1,"b":2,"a":3})"));
    CHECK(is_bad(R"({"x":[{"y":{"a":1,"\u0061":2}}]})"));
    CHECK(is_bad(R"([{"a":1,"a":1}])"));
    CHECK_FALSE(is_bad(R"({"a":{"a":{"a":1}},"b":{"a":1}})"));
    CHECK_FALSE(is_bad(R"([{"a":1},{"a":1}])"));
    for (const int size : {2, 12, 13, 200}) {
        std::string object = "{";
        for (int i = 0; i < size; ++i) {
            object += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
        }
        CHECK_FALSE(is_bad(object + "}"));
        CHECK(is_bad(object + ",\"k0\":0}"));
    }
}

TEST_CASE("Nesting is allowed to the named depth and no deeper", "[wire][frame]") {
    FrameReader reader;
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) {
            text += R"({"a":)";
        }
        return R"({"jsonrpc":"2.0","id":1,"method":"a","params":)" + text + "1" +
               std::string(depth, '}') + "}";
    };
    // The envelope is the first level.
    CHECK(told(reader, nested(limits::json_depth_max - 1)).substr(0, 7) == "request");
    CHECK(told(reader, nested(limits::json_depth_max)) == "-32600");
    CHECK(told(reader, std::string(60'000, '[')) != "");
}

TEST_CASE("A reader survives whatever it is given", "[wire][frame]") {
    // Mutations of good frames: each is read or refused, nothing else; ASan watches the rest.
    std::mt19937_64 random(test::random_seed("frame"));
    const std::vector<std::string> seeds = {
        R"({"jsonrpc":"2.0","id":1,"method":"a.b","params":{"x":[1,2.5,-3e7,"\u00e6\"",null,true],"y":{"z":{}}}})",
        R"([{"jsonrpc":"2.0","id":"s","method":"m"},{"jsonrpc":"2.0","method":"n","params":[]},7])",
    };
    constexpr std::string_view alphabet = "{}[]\",:\\0129eE+-.tfnu \n\xc3\xa6";
    FrameReader reader;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = seeds[random() % seeds.size()];
        for (std::uint64_t change = random() % 4 + 1; change > 0 && !text.empty(); --change) {
            const std::size_t at = random() % text.size();
            const char with = alphabet[random() % alphabet.size()];
            switch (random() % 3) {
                case 0:
                    text[at] = with;
                    break;
                case 1:
                    text.erase(at, random() % 5);
                    break;
                default:
                    text.insert(at, 1, with);
                    break;
            }
        }
        const std::string verdict = told(reader, text);
        REQUIRE((!verdict.empty() || text.empty()));
    }
}
