#include "app/client/xes_reader.hpp"

#include <catch2/catch.hpp>

#include "base/calendar_text.hpp"
#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"
#include "unit/app/gzip_writer.hpp"

using samvev::ErrorCode;
using samvev::base::to_text;
using samvev::client::parse_xes_time;
using samvev::client::XesEvent;
using samvev::client::XesReader;
using samvev::test::gzipped;
using samvev::test::TemporaryDirectory;
using samvev::test::write_file;

namespace {

std::string event_text(const XesEvent& event) {
    std::string out = std::to_string(event.line) + " " + event.activity + "/" + event.transition +
                      "/" + event.group + "/" + event.resource + "/" + event.instance + "/";
    switch (event.time_origin) {
        case XesEvent::TimeOrigin::as_written:
            return out + to_text(*event.time);
        case XesEvent::TimeOrigin::zone_assumed_utc:
            return out + "assumed " + to_text(*event.time);
        case XesEvent::TimeOrigin::missing:
            return out + "missing";
        case XesEvent::TimeOrigin::unreadable:
            return out + "unreadable";
    }
    return out;
}

// The log as text: its name, then each trace and event on a line; ends in "end" or the error.
std::string log_as_text(const std::string& content, const std::string& file = "receipt.xes") {
    const TemporaryDirectory directory;
    const std::string path = write_file(directory.path() + "/" + file, content);
    const auto without_directory = [&](std::string message) {
        const auto at = message.find(directory.path());
        return at == std::string::npos ? message : message.erase(at, directory.path().size() + 1);
    };
    const auto reader = XesReader::open(path);
    if (!reader) {
        CHECK(reader.error().code == ErrorCode::invalid_argument);
        return without_directory(reader.error().message);
    }
    std::string out = (*reader)->log_name() + "\n";
    while (true) {
        const auto trace = (*reader)->next();
        if (!trace) {
            return out + without_directory(trace.error().message);
        }
        if (!*trace) {
            const auto outside = (*reader)->events_outside_traces();
            return out + "end" + (outside == 0 ? "" : ", " + std::to_string(outside) + " outside");
        }
        out += std::to_string((*trace)->index) + "@" + std::to_string((*trace)->line) + " " +
               (*trace)->name + "\n";
        for (const XesEvent& event : (*trace)->events) {
            out += "  " + event_text(event) + "\n";
        }
    }
}

constexpr const char* two_traces = R"(<?xml version="1.0" encoding="UTF-8" ?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="org:group" value="UNKNOWN"/></global>
  <string key="concept:name" value="Receipt phase"/>
  <trace>
    <string key="concept:name" value="case-1"/>
    <event>
      <string key="org:group" value="Group 1"/>
      <string key="concept:instance" value="task-7"/>
      <string key="org:resource" value="Resource21"/>
      <string key="concept:name" value="Confirm &amp; file"/>
      <date key="time:timestamp" value="2011-10-11T13:45:40.276+02:00"/>
      <string key="lifecycle:transition" value="complete"/>
    </event>
    <event/>
  </trace>
  <trace/>
</log>
)";

}  // namespace

TEST_CASE("A log is read trace by trace with names, lines and times in UTC", "[app][xes]") {
    const std::string expected =
        "Receipt phase\n"
        "0@5 case-1\n"
        "  7 Confirm & file/complete/Group 1/Resource21/task-7/2011-10-11T11:45:40.276000Z\n"
        "  15 /////missing\n"
        "1@17 \n"
        "end";
    CHECK(log_as_text(two_traces) == expected);
    CHECK(log_as_text(gzipped(two_traces)) == expected);
}

TEST_CASE("A log without a name is called like its file", "[app][xes]") {
    for (const char* file : {"receipt.xes.gz", "receipt.xes", "receipt"}) {
        CHECK(log_as_text("<log><trace/></log>", file) == "receipt\n0@1 \nend");
    }
    CHECK(
        log_as_text("<log><string key='concept:name' value='UNKNOWN'/><trace/></log>", "a.xes") ==
        "a\n0@1 \nend"
    );
}

TEST_CASE("What an event does not say is empty, not invented", "[app][xes]") {
    CHECK(log_as_text(R"(<log><trace><event>
            <string key="org:group" value="UNKNOWN"/><string key="org:resource" value=""/>
            <string key="concept:name"/><date key="time:timestamp" value="yesterday"/>
            <string key="x"><string key="org:group" value="nested"/></string>
            </event></trace></log>)") == "receipt\n0@1 \n  1 /////unreadable\nend");
}

TEST_CASE("Events outside traces are counted", "[app][xes]") {
    CHECK(log_as_text("<log><event/><trace/><event/></log>") == "receipt\n0@1 \nend, 2 outside");
}

TEST_CASE("Events of a trace in a trace or of a log in the log are counted, too", "[app][xes]") {
    // They vanished, and the import looked complete.
    CHECK(
        log_as_text("<log><trace><trace><event/><event/></trace><event/></trace>"
                    "<log><trace><event/></trace></log></log>"
        ) == "receipt\n0@1 \n  1 /////missing\nend, 3 outside"
    );
}

TEST_CASE("A log without a trace is an error", "[app][xes]") {
    const std::string reason =
        "receipt.xes: there is no <trace> in this <log>, so there is nothing "
        "to import";
    CHECK(log_as_text("<log/>") == reason);
    CHECK(
        log_as_text("<log><log><trace><event/></trace></log></log>") ==
        reason + "; its 1 events stand outside traces and belong to no case"
    );
}

TEST_CASE("A Latin-1 log arrives as UTF-8", "[app][xes]") {
    CHECK(
        log_as_text("<?xml version='1.0' encoding='ISO-8859-1'?><log><trace><string "
                    "key='concept:name' value='bl\xE5'/>"
                    "</trace></log>") == "receipt\n0@1 bl\xC3\xA5\nend"
    );
}

TEST_CASE("A broken log gives file, line and reason after the traces before it", "[app][xes]") {
    CHECK(
        log_as_text("<html></html>") ==
        "receipt.xes:1: this is not an XES log: its element is <html>, expected <log>"
    );
    CHECK(
        log_as_text("<log>\n<trace/>\n<trace>\n<event>\n</trace>\n</log>") ==
        "receipt\n0@2 \nreceipt.xes:5: found </trace> where </event> is due, opened on line 4"
    );
    CHECK(
        log_as_text("<log>\n<trace/>\n<trace><event>") ==
        "receipt\n0@2 \nreceipt.xes:3: the file ends inside <event>, opened on line 3"
    );
    // Matching tags that are not XML all the same: found when the trace is parsed.
    CHECK(
        log_as_text("<log>\n<trace/>\n<trace>\n<event a>\n</event></trace></log>")
            .find("receipt.xes:4: ") != std::string::npos
    );
    CHECK(
        log_as_text(
            "<log><trace/>\n<trace>\n<string key='concept:name' value='bl\xE5'/></trace></log>"
        ) == "receipt\n0@1 \nreceipt.xes:3: the value of concept:name is not UTF-8"
    );
}

TEST_CASE("A gzipped log that is cut off says so, with the line it came to", "[app][xes]") {
    std::string content = "<log>\n";
    for (int i = 0; i < 5000; ++i) {
        content += "<trace><string key='concept:name' value='case-" + std::to_string(i * 7919) +
                   "'/></trace>\n";
    }
    const std::string packed = gzipped(content + "</log>");
    const std::string text = log_as_text(packed.substr(0, packed.size() / 2));
    CHECK(text.find("the compressed file is cut off") != std::string::npos);
    CHECK(text.find("0@2 case-0\n") != std::string::npos);
}

TEST_CASE("Times are read in the forms that logs have", "[app][xes]") {
    using Origin = XesEvent::TimeOrigin;
    CHECK(
        to_text(*parse_xes_time("2011-10-11T13:45:40.276+02:00").time) ==
        "2011-10-11T11:45:40.276000Z"
    );
    CHECK(
        to_text(*parse_xes_time("2011-10-11T13:45:40+0200").time) == "2011-10-11T11:45:40.000000Z"
    );
    CHECK(parse_xes_time("2011-10-11T13:45:40+0200").origin == Origin::as_written);
    CHECK(to_text(*parse_xes_time("2011-10-11T13:45:40").time) == "2011-10-11T13:45:40.000000Z");
    CHECK(parse_xes_time("2011-10-11T13:45:40").origin == Origin::zone_assumed_utc);
    CHECK(to_text(*parse_xes_time("2011-10-11").time) == "2011-10-11T00:00:00.000000Z");
    CHECK(parse_xes_time("2011-02-30T00:00:00Z").origin == Origin::unreadable);
    CHECK(parse_xes_time("11.10.2011").origin == Origin::unreadable);
    CHECK_FALSE(parse_xes_time("").time);
}
