#include "modules/elf_section.hpp"

#include <elf.h>

#include <bit>
#include <cstring>

namespace samvev::modules {

namespace {

#if defined(__x86_64__)
constexpr Elf64_Half machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half machine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr Elf64_Half machine = EM_PPC64;
#elif defined(__s390x__)
constexpr Elf64_Half machine = EM_S390;
#else
#error "name this machine's ELF number"
#endif
constexpr unsigned char byte_order =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

// A copy, since nothing in a file promises to be aligned. Absent past the end.
template <typename T>
std::optional<T> read_at(std::string_view image, std::uint64_t offset) {
    if (offset > image.size() || image.size() - offset < sizeof(T)) {
        return std::nullopt;
    }
    T out;
    std::memcpy(&out, image.data() + offset, sizeof out);
    return out;
}

std::optional<std::string_view> bytes_at(
    std::string_view image, std::uint64_t offset, std::uint64_t size
) {
    if (offset > image.size() || image.size() - offset < size) {
        return std::nullopt;
    }
    return image.substr(offset, size);
}

std::string_view text_at(std::string_view table, std::uint64_t offset) {
    if (offset >= table.size()) {
        return {};
    }
    return table.substr(offset, table.substr(offset).find('\0'));
}

tl::unexpected<Error> bad(std::string what) {
    return fail(ErrorCode::invalid_argument, std::move(what));
}

}  // namespace

Result<std::optional<std::string>> read_elf_section(
    std::string_view image, std::string_view section
) {
    const auto header = read_at<Elf64_Ehdr>(image, 0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
        return bad("is no ELF file");
    }
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != byte_order ||
        header->e_machine != machine) {
        return bad(
            "is built for another machine (ELF machine " + std::to_string(header->e_machine) +
            ", this server runs on " + std::to_string(machine) + ")"
        );
    }
    if (header->e_type != ET_DYN) {
        return bad("is no shared library (ELF type " + std::to_string(header->e_type) + ")");
    }
    const auto section_at = [&](std::uint64_t index) {
        return read_at<Elf64_Shdr>(image, header->e_shoff + index * sizeof(Elf64_Shdr));
    };
    if (header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shoff > image.size()) {
        return bad("has no section table");
    }
    const auto names_header = section_at(header->e_shstrndx);
    const auto names = names_header
                           ? bytes_at(image, names_header->sh_offset, names_header->sh_size)
                           : std::nullopt;
    if (!names) {
        return bad("is cut off");
    }
    for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
        const auto found = section_at(i);
        if (!found) {
            return bad("is cut off");
        }
        if (found->sh_type == SHT_PROGBITS && text_at(*names, found->sh_name) == section) {
            const auto bytes = bytes_at(image, found->sh_offset, found->sh_size);
            if (!bytes) {
                return bad("is cut off");
            }
            return std::optional<std::string>(*bytes);
        }
    }
    return std::optional<std::string>();
}

}  // namespace samvev::modules
