#include "app/client/xml_slicer.hpp"

#include <catch2/catch.hpp>

#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

using samvev::ErrorCode;
using samvev::client::GzipFile;
using samvev::client::XmlSlicer;
using samvev::test::TemporaryDirectory;
using samvev::test::write_file;

namespace {

// "name@line:text|…", ending in "end" or in the error's message (without the directory).
std::string slices_of(const std::string& xml) {
    const TemporaryDirectory directory;
    const std::string path = write_file(directory.path() + "/log.xml", xml);
    XmlSlicer slicer(std::move(*GzipFile::open(path)), "log.xml");
    const auto root = slicer.root();
    if (!root) {
        CHECK(root.error().code == ErrorCode::invalid_argument);
        return root.error().message;
    }
    std::string out = *root + "|";
    while (true) {
        const auto slice = slicer.next();
        if (!slice) {
            CHECK(slice.error().code == ErrorCode::invalid_argument);
            CHECK(slicer.next().error().message == slice.error().message);
            return out + slice.error().message;
        }
        if (!*slice) {
            return out + "end";
        }
        out += (*slice)->name + "@" + std::to_string((*slice)->line) + ":" + (*slice)->text + "|";
    }
}

}  // namespace

TEST_CASE("The children of the root come one at a time, whole, with their line", "[app][client]") {
    CHECK(
        slices_of("<?xml version='1.0'?>\n<log>\n  <a/>\n<b x='1'><c>t</c>\n</b></log>\n") ==
        "log|a@3:<a/>|b@4:<b x='1'><c>t</c>\n</b>|end"
    );
    CHECK(slices_of("<log/>") == "log|end");
    CHECK(
        slices_of("\xEF\xBB\xBF<x:log xmlns:x='u'><x:a></x:a ></x:log>") ==
        "log|a@1:<x:a></x:a >|end"
    );
}

TEST_CASE("What looks like markup but is none does not cut", "[app][client]") {
    CHECK(
        slices_of("<log><!-- <a> -- > --><a v='</a>>\"'/></log>") ==
        "log|log.xml:1: a '<' inside the tag <a> that begins on line 1"
    );
    CHECK(
        slices_of("<log><!-- <a> --><a v=\">'/>\"></a></log>") == "log|a@1:<a v=\">'/>\"></a>|end"
    );
    CHECK(
        slices_of("<log><a><![CDATA[</a><b>]]></a><?pi </log>?></log>") ==
        "log|a@1:<a><![CDATA[</a><b>]]></a>|end"
    );
    CHECK(slices_of("<!DOCTYPE log [ <!ENTITY e '>]<'> ]><log><a/></log>") == "log|a@1:<a/>|end");
    CHECK(slices_of("<log><a b='/'></a></log>") == "log|a@1:<a b='/'></a>|end");
}

TEST_CASE(
    "A broken document is told with line and reason, after the whole children before it",
    "[app][client]"
) {
    CHECK(slices_of("") == "log.xml:1: the file is empty");
    CHECK(slices_of("  \n ") == "log.xml:2: the file has no XML element");
    CHECK(
        slices_of("case,activity\n1,2\n") ==
        "log.xml:1: this is not XML: text before the first element"
    );
    CHECK(
        slices_of("<log><a/>\n<b>") ==
        "log|a@1:<a/>|log.xml:2: the file ends inside <b>, opened on line 2"
    );
    CHECK(
        slices_of("<log><a/>") ==
        "log|a@1:<a/>|log.xml:1: the file ends inside <log>, opened on line 1"
    );
    CHECK(
        slices_of("<log>\n<a>\n<b>\n</a></log>") ==
        "log|log.xml:4: found </a> where </b> is due, opened on line 3"
    );
    CHECK(slices_of("<log><a/></log></log>") == "log|a@1:<a/>|log.xml:1: </log> closes nothing");
    CHECK(
        slices_of("<log/><log/>") ==
        "log|log.xml:1: a second element after the end of the document: <log>"
    );
    CHECK(slices_of("<log/>rest") == "log|log.xml:1: text after the end of the document");
    CHECK(
        slices_of("<log><a x='1</log>") ==
        "log|log.xml:1: a '<' inside the tag <a> that begins on line 1"
    );
    CHECK(
        slices_of("<log><!-- open") ==
        "log|log.xml:1: the file ends inside a comment that begins on line 1"
    );
    CHECK(
        slices_of("<log>1 < 2</log>") ==
        "log|log.xml:1: a '<' that begins no tag; write &lt; in text"
    );
    CHECK(
        slices_of(std::string("<log><a>\0</a></log>", 19)).find("a NUL byte") != std::string::npos
    );
}

TEST_CASE("An encoding that cannot be read is refused by name", "[app][client]") {
    CHECK(
        slices_of("<?xml version='1.0' encoding='Shift_JIS'?><log/>") ==
        "log.xml:1: encoding shift_jis is not supported; convert the file to UTF-8 first (iconv)"
    );
    CHECK(
        slices_of(std::string("\xFF\xFE<\0l\0", 6)) ==
        "log.xml:1: the file is UTF-16; convert it to UTF-8 first (iconv)"
    );
    CHECK(
        slices_of("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><log><a/></log>") ==
        "log|a@1:<a/>|end"
    );
}

TEST_CASE("Nesting has a limit", "[app][client]") {
    std::string deep = "<log>";
    for (std::size_t i = 0; i < XmlSlicer::depth_max; ++i) {
        deep += "<a>";
    }
    CHECK(slices_of(deep) == "log|log.xml:1: elements are nested deeper than 128");
}

TEST_CASE("A document is sliced the same wherever the reads fall", "[app][client]") {
    // More than one buffer of 64 KiB, with children of every length around it.
    std::string xml = "<log>";
    std::string expected = "log|";
    for (std::size_t i = 0; i < 1500; ++i) {
        const std::string child = "<a v=\"" + std::string(i % 97, 'x') + "\"><b/></a>";
        xml += child;
        expected += "a@1:" + child + "|";
    }
    CHECK(slices_of(xml + "</log>") == expected + "end");
}
