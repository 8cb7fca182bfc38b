#include "modules/in_process.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <samvev/plugin.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "modules/c_event.hpp"
#include "modules/c_module.hpp"
#include "modules/elf_section.hpp"
#include "modules/refusal.hpp"

namespace samvev::modules {

namespace {

constexpr std::size_t plugin_file_bytes_max = 256UL * 1024 * 1024;
constexpr const char* manifest_section = ".samvev.manifest";
constexpr const char* entry_symbol = "samvev_entry_v1";

tl::unexpected<Error> refused(Refusal code, const std::string& who, const std::string& what) {
    return tl::unexpected<Error>(refusal(code, who, what));
}

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

// The whole file, after checking that nobody else can exchange it.
Result<std::string> read_library(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) {
        return refused(
            Refusal::file, path,
            std::string("cannot be opened: ") + std::strerror(errno) +
                ". Check the path and its permissions"
        );
    }
    struct stat info{};
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return refused(
            Refusal::file, path, "is not a regular file. Give the path of the module's .so"
        );
    }
    if ((info.st_mode & S_IWOTH) != 0) {
        return refused(
            Refusal::file_writable, path,
            "may be written by everybody. Do 'chmod o-w' on it after checking where it comes from"
        );
    }
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size > plugin_file_bytes_max) {
        return refused(
            Refusal::file, path,
            "has " + std::to_string(size) + " bytes, more than " +
                std::to_string(plugin_file_bytes_max)
        );
    }
    std::string image(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::read(file.get(), image.data() + done, size - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return refused(Refusal::file, path, "cannot be read to its end. Check the disk");
        }
        done += static_cast<std::size_t>(count);
    }
    return image;
}

Result<std::string> read_manifest(const std::string& path) {
    SAMVEV_TRY(const std::string image, read_library(path));
    auto section = read_elf_section(image, manifest_section);
    if (!section) {
        return refused(
            Refusal::elf, path,
            section.error().message +
                ". Build the module with samvev_add_plugin() on this kind of machine"
        );
    }
    if (!section->has_value()) {
        return refused(
            Refusal::no_manifest, path,
            std::string("has no ELF section ") + manifest_section +
                ", so it is no Samvev module, or its sections were removed. Build it with "
                "samvev_add_plugin(); 'strip' is harmless"
        );
    }
    std::string manifest = std::move(**section);
    // The byte 0 behind the text keeps the section from being empty; it is not part of the
    // manifest.
    while (manifest.ends_with('\0')) {
        manifest.pop_back();
    }
    return manifest;
}

// The manifest and the table must belong to each other, whichever way they came here.
Result<std::unique_ptr<Module>> make_checked(const samvev_entry& entry, Manifest manifest) {
    SAMVEV_CHECK_OK(check_entry(entry, manifest.id + " " + manifest.version));
    return make_c_module(entry, std::move(manifest));
}

}  // namespace

Result<std::unique_ptr<Module>> make_builtin_module(const samvev_entry& entry) {
    SAMVEV_TRY(Manifest manifest, parse_manifest(view_of(entry.manifest)));
    return make_checked(entry, std::move(manifest));
}

Result<std::unique_ptr<Module>> load_in_process(const std::string& path) {
    SAMVEV_TRY(const std::string section, read_manifest(path));
    SAMVEV_TRY(Manifest manifest, parse_manifest(section));
    const std::string who = manifest.id + " " + manifest.version;
    if (!manifest.in_process_allowed) {
        return refused(
            Refusal::isolation, who,
            "asks for isolation \"process\", this server runs modules in-process only."
            " Set \"isolation\": \"in-process-ok\" if its author vouches for it"
        );
    }
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::canonical(path, error);
    if (error) {
        return refused(Refusal::file, path, "has no absolute path: " + error.message());
    }
    // Never RTLD_GLOBAL or RTLD_DEEPBIND: two modules' symbols must not meet. Never closed: a
    // library with thread-locals or static objects cannot be unloaded safely.
    void* library = ::dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        return refused(
            Refusal::not_loadable, who,
            std::string("the dynamic linker says: ") + ::dlerror() +
                ". Install what is missing, or rebuild the module on this system"
        );
    }
    const void* symbol = ::dlsym(library, entry_symbol);
    if (symbol == nullptr) {
        return refused(
            Refusal::no_entry, who,
            std::string("exports no ") + entry_symbol + ", this server runs ABI major " +
                std::to_string(SAMVEV_ABI_MAJOR) +
                ". End the module's source with SAMVEV_PLUGIN(Type)"
        );
    }
    const auto& entry = *static_cast<const samvev_entry*>(symbol);
    SAMVEV_CHECK_OK(check_entry(entry, who));
    if (view_of(entry.manifest) != section) {
        return refused(
            Refusal::manifest_differs, who,
            "its code carries another manifest (" + std::to_string(entry.manifest.len) +
                " bytes) than section " + manifest_section + " (" + std::to_string(section.size()) +
                " bytes). Rebuild the module from clean"
        );
    }
    SAMVEV_TRY(auto module, make_checked(entry, std::move(manifest)));
    base::logger("modules").info(
        "module={} version={} file={}", module->manifest().id, module->manifest().version,
        absolute.string()
    );
    return module;
}

}  // namespace samvev::modules
