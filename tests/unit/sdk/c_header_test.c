/* The ABI header is C11, and its layout is what other compilers and languages were told. */

#include <samvev/plugin.h>
#include <stddef.h>
#include <stdio.h>

static int failures = 0;

static void expect(const char* what, size_t got, size_t wanted) {
    if (got != wanted) {
        printf("%s: %lu, was released as %lu\n", what, (unsigned long)got, (unsigned long)wanted);
        ++failures;
    }
}

/* A plugin can be written in C: each function fits its place in the table. */
static samvev_status create(const samvev_host* host, samvev_plugin** out) {
    *out = 0;
    return SAMVEV_HAS(host, cancelled) ? SAMVEV_OK : SAMVEV_E_ABI;
}

int main(void) {
    samvev_plugin* plugin = 0;
    samvev_host host = {0};
    samvev_entry entry = {0};
    entry.create = &create;

    expect("samvev_str.ptr", offsetof(samvev_str, ptr), 0);
    expect("samvev_str.len", offsetof(samvev_str, len), 8);

    expect("samvev_event.size", offsetof(samvev_event, size), 0);
    expect("samvev_event.version", offsetof(samvev_event, version), 4);
    expect("samvev_event.revision", offsetof(samvev_event, revision), 8);
    expect("samvev_event.recorded_us", offsetof(samvev_event, recorded_us), 16);
    expect("samvev_event.id", offsetof(samvev_event, id), 24);
    expect("samvev_event.stream_kind", offsetof(samvev_event, stream_kind), 40);
    expect("samvev_event.stream_id", offsetof(samvev_event, stream_id), 56);
    expect("samvev_event.type", offsetof(samvev_event, type), 72);
    expect("samvev_event.entity", offsetof(samvev_event, entity), 88);
    expect("samvev_event.occurred_on", offsetof(samvev_event, occurred_on), 104);
    expect("samvev_event.actor", offsetof(samvev_event, actor), 120);
    expect("samvev_event.role", offsetof(samvev_event, role), 136);
    expect("samvev_event.unit", offsetof(samvev_event, unit), 152);
    expect("samvev_event.data", offsetof(samvev_event, data), 168);
    expect("samvev_event", sizeof(samvev_event), 184);

    expect("samvev_command.version", offsetof(samvev_command, version), 4);
    expect("samvev_command.now_us", offsetof(samvev_command, now_us), 8);
    expect("samvev_command.seed", offsetof(samvev_command, seed), 16);
    expect("samvev_command.revision", offsetof(samvev_command, revision), 32);
    expect("samvev_command.command_id", offsetof(samvev_command, command_id), 40);
    expect("samvev_command.stream_kind", offsetof(samvev_command, stream_kind), 56);
    expect("samvev_command.stream_id", offsetof(samvev_command, stream_id), 72);
    expect("samvev_command.name", offsetof(samvev_command, name), 88);
    expect("samvev_command.actor", offsetof(samvev_command, actor), 104);
    expect("samvev_command.roles", offsetof(samvev_command, roles), 120);
    expect("samvev_command.unit", offsetof(samvev_command, unit), 136);
    expect("samvev_command.occurred_on", offsetof(samvev_command, occurred_on), 152);
    expect("samvev_command.due_at", offsetof(samvev_command, due_at), 168);
    expect("samvev_command.data", offsetof(samvev_command, data), 184);
    expect("samvev_command.context", offsetof(samvev_command, context), 200);
    expect("samvev_command.config", offsetof(samvev_command, config), 216);
    expect("samvev_command", sizeof(samvev_command), 232);

    expect("samvev_host.abi_minor", offsetof(samvev_host, abi_minor), 4);
    expect("samvev_host.version", offsetof(samvev_host, version), 8);
    expect("samvev_host.log", offsetof(samvev_host, log), 24);
    expect("samvev_host.get_extension", offsetof(samvev_host, get_extension), 32);
    expect("samvev_host.emit", offsetof(samvev_host, emit), 40);
    expect("samvev_host.set_timer", offsetof(samvev_host, set_timer), 48);
    expect("samvev_host.clear_timer", offsetof(samvev_host, clear_timer), 56);
    expect("samvev_host.claim", offsetof(samvev_host, claim), 64);
    expect("samvev_host.release", offsetof(samvev_host, release), 72);
    expect("samvev_host.reject", offsetof(samvev_host, reject), 80);
    expect("samvev_host.send", offsetof(samvev_host, send), 88);
    expect("samvev_host.put", offsetof(samvev_host, put), 96);
    expect("samvev_host.drop", offsetof(samvev_host, drop), 104);
    expect("samvev_host.fault", offsetof(samvev_host, fault), 112);
    expect("samvev_host.cancelled", offsetof(samvev_host, cancelled), 120);
    expect("samvev_host", sizeof(samvev_host), 128);

    expect("samvev_entry.abi_major", offsetof(samvev_entry, abi_major), 4);
    expect("samvev_entry.abi_minor", offsetof(samvev_entry, abi_minor), 6);
    expect("samvev_entry.min_host_minor", offsetof(samvev_entry, min_host_minor), 8);
    expect("samvev_entry.reserved", offsetof(samvev_entry, reserved), 10);
    expect("samvev_entry.flags", offsetof(samvev_entry, flags), 12);
    expect("samvev_entry.manifest", offsetof(samvev_entry, manifest), 16);
    expect("samvev_entry.create", offsetof(samvev_entry, create), 32);
    expect("samvev_entry.destroy", offsetof(samvev_entry, destroy), 40);
    expect("samvev_entry.state_open", offsetof(samvev_entry, state_open), 48);
    expect("samvev_entry.state_apply", offsetof(samvev_entry, state_apply), 56);
    expect("samvev_entry.state_save", offsetof(samvev_entry, state_save), 64);
    expect("samvev_entry.state_free", offsetof(samvev_entry, state_free), 72);
    expect("samvev_entry.decide", offsetof(samvev_entry, decide), 80);
    expect("samvev_entry.fold", offsetof(samvev_entry, fold), 88);
    expect("samvev_entry.upcast", offsetof(samvev_entry, upcast), 96);
    expect("samvev_entry.react", offsetof(samvev_entry, react), 104);
    expect("samvev_entry.get_extension", offsetof(samvev_entry, get_extension), 112);
    expect("samvev_entry", sizeof(samvev_entry), 120);

    /* An older host is shorter: what it lacks is seen, what it has too. */
    host.size = (uint32_t)offsetof(samvev_host, cancelled);
    if (entry.create(&host, &plugin) != SAMVEV_E_ABI || !SAMVEV_HAS(&host, fault)) {
        printf("SAMVEV_HAS does not see where a struct ends\n");
        ++failures;
    }
    host.size = sizeof host;
    if (entry.create(&host, &plugin) != SAMVEV_OK) {
        printf("SAMVEV_HAS does not see the last member\n");
        ++failures;
    }
    return failures == 0 ? 0 : 1;
}
