// samvev-bundle: makes one manifest of a manifest and the files it refers to.

#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "bundle.hpp"

namespace {

// Leaves the file alone when it has that text already, so that nothing is rebuilt for nothing.
void write_if_changed(const std::string& path, const std::string& text) {
    {
        std::ifstream in(path, std::ios::binary);
        const std::string before(
            (std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>()
        );
        if (in && before == text) {
            return;
        }
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) {
        throw std::runtime_error(path + ": cannot be written");
    }
}

void write(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) {
        throw std::runtime_error(path + ": cannot be written");
    }
}

std::string escaped(const std::string& path) {
    std::string out;
    for (const char c : path) {
        if (c == ' ' || c == '#') {
            out.push_back('\\');
        }
        out.push_back(c);
    }
    return out;
}

int run(const std::map<std::string, std::string>& options) {
    const auto bundle = samvev::bundle::read_bundle(options.at("--manifest"));
    if (const auto id = options.find("--id");
        id != options.end() && bundle.manifest["id"] != id->second) {
        throw std::runtime_error(
            options.at("--manifest") + ": \"id\" is " + bundle.manifest["id"].dump() +
            ", the build calls it \"" + id->second + "\""
        );
    }
    write(options.at("--output"), bundle.manifest.dump());
    if (const auto names = options.find("--names"); names != options.end()) {
        write_if_changed(names->second, samvev::bundle::names_header(bundle.manifest));
    }
    if (const auto depfile = options.find("--depfile"); depfile != options.end()) {
        std::string text = escaped(options.at("--output")) + ":";
        for (const auto& part : bundle.parts) {
            text += " " + escaped(part.string());
        }
        write(depfile->second, text + "\n");
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::map<std::string, std::string> options;
    for (int i = 1; i + 1 < argc; i += 2) {
        options[argv[i]] = argv[i + 1];
    }
    if (argc < 5 || argc % 2 == 0 || !options.contains("--manifest") ||
        !options.contains("--output")) {
        std::fputs(
            "usage: samvev-bundle --manifest FILE --output FILE [--id ID] [--names FILE] "
            "[--depfile FILE]\n",
            stderr
        );
        return 2;
    }
    try {
        return run(options);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "samvev-bundle: %s\n", e.what());
        return 1;
    }
}
