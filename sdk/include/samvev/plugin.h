/* samvev/plugin.h: the Samvev plugin ABI, major 1. C11, no dependency but <stdint.h>.
 *
 * Rules that keep this stable (checked by the SDK's own tests):
 *  1. Structs that start with `size` only ever grow at the end. They are passed by pointer,
 *     never by value and never as an array of structs (their stride would change).
 *  2. samvev_str is frozen for ever. No enum, bool, long, size_t, bit-field or varargs.
 *  3. Nobody frees the other side's memory. Inputs are borrowed until the call returns;
 *     outputs are copied by the host before the output function returns.
 *  4. No exception, longjmp or signal crosses the boundary.
 *  5. New optional features are extensions: "samvev.NAME/REV"; an id never changes.
 *
 * A module is pure: what it answers depends on its arguments only. Time comes with the command,
 * randomness from the command's seed. It starts no thread, opens no file, keeps nothing between
 * calls but state handles, which the host may drop at any time: a handle that has been folded
 * again from the events is indistinguishable from the one that was dropped.
 *
 * Thread tags: [control] one thread at a time, nothing else running in this instance;
 *  [pure] any thread, concurrently; [handle] any thread, but one at a time per handle;
 *  [any] any thread at any time; [in-call] only inside a call, on its thread.              */
#ifndef SAMVEV_PLUGIN_H
#define SAMVEV_PLUGIN_H
#include <stdint.h>

#define SAMVEV_ABI_MAJOR 1u
#define SAMVEV_ABI_MINOR 0u
#ifndef SAMVEV_TARGET_MINOR    /* the oldest host minor this build must run on; */
#define SAMVEV_TARGET_MINOR 0u /* members newer than it are not declared     */
#endif

#ifdef __cplusplus
#define SAMVEV_NOEXCEPT \
    noexcept /* part of the type: a function that may throw does not fit the table */
extern "C" {
#else
#define SAMVEV_NOEXCEPT
#endif
#define SAMVEV_EXPORT __attribute__((visibility("default")))

typedef int32_t samvev_status;
#define SAMVEV_OK 0
#define SAMVEV_REJECTED 1         /* a business rule said no: reject() was called at least once */
#define SAMVEV_E_FAULT (-1)       /* a bug: exception, broken invariant                       */
#define SAMVEV_E_INVALID (-2)     /* input this module cannot read                            */
#define SAMVEV_E_UNSUPPORTED (-3) /* id, version or feature not known here                    */
#define SAMVEV_E_NOMEM (-4)
#define SAMVEV_E_CANCELLED (-5) /* cancelled() was seen; nothing was decided                  */
#define SAMVEV_E_ABI (-6)       /* host and module do not fit                                 */
/* A status not listed here is read as SAMVEV_E_FAULT. */

#define SAMVEV_LOG_DEBUG 1u
#define SAMVEV_LOG_INFO 2u
#define SAMVEV_LOG_WARN 3u
#define SAMVEV_LOG_ERROR 4u

typedef struct samvev_str { /* UTF-8, no NUL needed; {0,0} is "absent" */
    const char* ptr;
    uint64_t len;
} samvev_str;

typedef struct samvev_event {
    uint32_t size;
    uint32_t version;       /* schema version of data, >= 1                                   */
    uint64_t revision;      /* index in its stream, 0-based, gapless                          */
    int64_t recorded_us;    /* when it was recorded, microseconds UTC                         */
    samvev_str id;          /* UUID text                                                      */
    samvev_str stream_kind; /* "case"                                                         */
    samvev_str stream_id;   /* UUID text                                                      */
    samvev_str type;        /* "case.case-opened"                                             */
    samvev_str entity;      /* id of the thing inside the stream this event is about, or absent */
    samvev_str
        occurred_on;  /* YYYY-MM-DD or RFC 3339 time: when it happened; absent = when recorded */
    samvev_str actor; /* "staff/<uuid>", "person/<uuid>" or "system/<module>"           */
    samvev_str role;  /* the role the actor acted in                                    */
    samvev_str unit;  /* UUID text of the unit the actor acted for, or absent           */
    samvev_str data;  /* JSON object; absent when it has been removed or is withheld    */
} samvev_event;

typedef struct samvev_command {
    uint32_t size;
    uint32_t version;
    int64_t now_us;        /* the only clock a decision has                                  */
    uint64_t seed[2];      /* the only randomness; fixed by the command id                   */
    int64_t revision;      /* last revision of the target stream, -1 when it does not exist  */
    samvev_str command_id; /* UUID text                                                      */
    samvev_str stream_kind;
    samvev_str stream_id;
    samvev_str name; /* "case.open-case"                                               */
    samvev_str actor;
    samvev_str roles; /* JSON array of strings, already checked against the manifest    */
    samvev_str unit;
    samvev_str occurred_on; /* as given by the caller, or absent                              */
    samvev_str due_at;      /* RFC 3339; only when a timer sends the command: when it was due */
    samvev_str data;        /* JSON object, already valid against the command's schema        */
    samvev_str context;     /* JSON object: name in `reads` -> this module's saved state of that
                               stream, or null when the stream does not exist                 */
    samvev_str config;      /* JSON object of settings; folding never sees it                 */
} samvev_command;

typedef struct samvev_call samvev_call;     /* the host's; one per call; never kept           */
typedef struct samvev_plugin samvev_plugin; /* the author's instance                          */
typedef struct samvev_state samvev_state;   /* the author's folded state of one stream        */
typedef struct samvev_host samvev_host;

struct samvev_host {
    uint32_t size;
    uint32_t abi_minor;
    samvev_str version; /* for logs only; never branch on it */
    /* [any] while replaying the host drops the records; `fields` is a JSON object or absent */
    void (*log)(const samvev_host*, uint32_t level, samvev_str text, samvev_str fields)
        SAMVEV_NOEXCEPT;
    const void* (*get_extension)(const samvev_host*, const char* id)SAMVEV_NOEXCEPT;
    /* [in-call] decide: events in the order they happened. upcast: exactly one.
       Labels (topic, subjects, owner unit, confidentiality) come from the manifest. */
    samvev_status (*emit)(
        samvev_call*, samvev_str type, uint32_t version, samvev_str entity, samvev_str data
    ) SAMVEV_NOEXCEPT;
    /* [in-call] decide: a timer is data. When due, the host sends `command` as system/<module>
       to the same stream. A timer of the same name in the same stream is replaced. */
    samvev_status (*set_timer)(
        samvev_call*, samvev_str name, int64_t due_us, samvev_str command, samvev_str data
    ) SAMVEV_NOEXCEPT;
    samvev_status (*clear_timer)(samvev_call*, samvev_str name) SAMVEV_NOEXCEPT;
    /* [in-call] decide: take or give up a key that is unique in the tenant; owned by the stream.
       A key held by another stream becomes the rejection that the manifest names. */
    samvev_status (*claim)(samvev_call*, samvev_str name, samvev_str key) SAMVEV_NOEXCEPT;
    samvev_status (*release)(samvev_call*, samvev_str name, samvev_str key) SAMVEV_NOEXCEPT;
    /* [in-call] decide: may be called several times; the answer lists all. `field` is a JSON
       pointer into the command's data, or absent; `params` a JSON object or absent. */
    void (*reject)(samvev_call*, samvev_str code, samvev_str field, samvev_str params)
        SAMVEV_NOEXCEPT;
    /* [in-call] react: a command for another (or the same) stream; `label` makes it distinct
       among the commands of one event. */
    samvev_status (*send)(
        samvev_call*, samvev_str label, samvev_str command, samvev_str stream_kind,
        samvev_str stream_id, samvev_str data
    ) SAMVEV_NOEXCEPT;
    /* [in-call] fold, state_save: the new document or snapshot, at most once; drop deletes it */
    samvev_status (*put)(samvev_call*, samvev_str document) SAMVEV_NOEXCEPT;
    samvev_status (*drop)(samvev_call*) SAMVEV_NOEXCEPT;
    /* [in-call] any: what went wrong, for the log, before returning a negative status */
    void (*fault)(samvev_call*, samvev_str text) SAMVEV_NOEXCEPT;
    uint32_t (*cancelled)(samvev_call*) SAMVEV_NOEXCEPT;
};

typedef struct samvev_entry {
    uint32_t size;
    uint16_t abi_major, abi_minor;     /* of the header it was built with                     */
    uint16_t min_host_minor, reserved; /* == SAMVEV_TARGET_MINOR; 0                           */
    uint32_t flags;                    /* 0                                                   */
    samvev_str manifest;               /* the bytes of ELF section .samvev.manifest           */
    /* [control] */
    samvev_status (*create)(const samvev_host*, samvev_plugin** out) SAMVEV_NOEXCEPT;
    void (*destroy)(samvev_plugin*) SAMVEV_NOEXCEPT;
    /* [pure] a new handle for one stream of that kind; snapshot is what state_save gave under the
       same stateVersion, or absent: then the state before the first event. */
    samvev_status (*state_open)(
        const samvev_plugin*, samvev_call*, samvev_str stream_kind, samvev_str snapshot,
        samvev_state** out
    ) SAMVEV_NOEXCEPT;
    /* [handle] folds events into the handle, in revision order. After a negative status the host
       frees the handle. */
    samvev_status (*state_apply)(
        const samvev_plugin*, samvev_call*, samvev_state*, const samvev_event* const* events,
        uint32_t n
    ) SAMVEV_NOEXCEPT;
    /* [handle] put() once with the snapshot, a JSON object */
    samvev_status (*state_save)(const samvev_plugin*, samvev_call*, const samvev_state*)
        SAMVEV_NOEXCEPT;
    void (*state_free)(const samvev_plugin*, samvev_state*) SAMVEV_NOEXCEPT;
    /* [handle] must not change the state: the host applies what was emitted */
    samvev_status (*decide)(const samvev_plugin*, samvev_call*, const samvev_state*, const samvev_command*)
        SAMVEV_NOEXCEPT;
    /* [pure] folds events into the document `key` of a view; document absent: there is none yet */
    samvev_status (*fold)(
        const samvev_plugin*, samvev_call*, samvev_str view, samvev_str key, samvev_str document,
        const samvev_event* const* events, uint32_t n
    ) SAMVEV_NOEXCEPT;
    /* [pure] one event of version v in; emit() exactly one of version v+1 */
    samvev_status (*upcast)(const samvev_plugin*, samvev_call*, const samvev_event*)
        SAMVEV_NOEXCEPT;
    /* [pure] one event in, send() any number of commands */
    samvev_status (*react)(const samvev_plugin*, samvev_call*, const samvev_event*) SAMVEV_NOEXCEPT;
    const void* (*get_extension)(const samvev_plugin*, const char* id)SAMVEV_NOEXCEPT;
} samvev_entry;

/* True when the other side's struct is long enough to hold member m. */
#ifdef __cplusplus
#define SAMVEV_HAS(p, m)                                                               \
    ((p)->size >=                                                                      \
     static_cast<uint32_t>(                                                            \
         reinterpret_cast<const char*>(&(p)->m + 1) - reinterpret_cast<const char*>(p) \
     ))
#else
#define SAMVEV_HAS(p, m) ((p)->size >= (uint32_t)((const char*)(&(p)->m + 1) - (const char*)(p)))
#endif

/* The one exported symbol of a loadable module. */
extern SAMVEV_EXPORT const samvev_entry samvev_entry_v1;

#ifdef __cplusplus
}
#define SAMVEV_FROZEN(what) static_assert(what, "frozen layout")
#else
#define SAMVEV_FROZEN(what) _Static_assert(what, "frozen layout")
#endif
SAMVEV_FROZEN(sizeof(samvev_str) == 16 && sizeof(samvev_event) == 184);
SAMVEV_FROZEN(sizeof(samvev_command) == 232 && sizeof(samvev_host) == 128);
SAMVEV_FROZEN(sizeof(samvev_entry) == 120);
#endif
