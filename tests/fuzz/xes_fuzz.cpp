#include <fstream>

#include "app/client/xes_reader.hpp"
#include "base/assert.hpp"
#include "support/temporary_directory.hpp"
#include "target.hpp"

// Event logs that `samvev import xes` is given: XML, or gzip of it.
namespace samvev::fuzz {

std::vector<std::string> seeds() {
    return {
        R"(<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0"><extension name="Concept" prefix="concept" uri="http://x/concept.xesext"/>
<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
<string key="concept:name" value="a log"/><!-- <trace> --><trace><string key="concept:name" value="c1"/>
<event><string key="concept:name" value="open &amp; close"/><string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="2011-10-01T00:38:44.546+02:00"/><string key="org:group" value="g">
<string key="nested" value="&#229;&#x1F600;"/></string></event></trace>
<trace><event><![CDATA[<event>]]></event></trace></log>)",
        "<?xml version='1.0' encoding='ISO-8859-1'?><x:log xmlns:x='http://x'><x:trace/><trace>"
        "<event><date key='time:timestamp' value='2020-02-30'/></event>\xe5</trace></x:log>",
        "<!DOCTYPE log [<!ENTITY a \"b\">]><log><trace><string key='concept:name' value='&a;'/>"
        "</trace></log>",
        std::string(
            "\x1f\x8b\x08\0\0\0\0\0\0\x03\xb3\xc9\xc9O\xb7\xb3)J,.I\x45\x30\xf4\x6d\xc0\x02", 24
        ),
        "2011-10-01T00:38:44.546+02:00",
    };
}

void try_input(std::string_view input) {
    static const test::TemporaryDirectory directory;
    const std::string path = directory.path() + "/log.xes";
    std::ofstream(path, std::ios::trunc) << input;
    static_cast<void>(client::parse_xes_time(std::string(input)));
    auto reader = client::XesReader::open(path);
    if (!reader) {
        SAMVEV_ASSERT(reader.error().message.find(path) != std::string::npos);
        return;
    }
    std::uint64_t expected = 0;
    for (auto trace = (*reader)->next(); trace && *trace; trace = (*reader)->next()) {
        SAMVEV_ASSERT((*trace)->index == expected);
        ++expected;
    }
}

}  // namespace samvev::fuzz
