/* The books of all that is under way. Nothing here sends or receives. */
#define _GNU_SOURCE
#include "books.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

double clock_of(const struct core *core) {
    if (!core->own_clock) return core->now;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* -- queues of what is due ---------------------------------------------------------------------- */

void queue_add(struct queue *to, double at, const struct core *core, const struct asking *one, int mark) {
    if (to->after - to->first == to->room) {
        size_t room = to->room ? to->room * 2 : 64, count = to->after - to->first;
        struct due *ring = need(calloc(room, sizeof *ring));
        for (size_t i = 0; i < count; i++) ring[i] = to->ring[(to->first + i) & (to->room - 1)];
        free(to->ring);
        to->ring = ring, to->first = 0, to->after = count, to->room = room;
    }
    to->ring[to->after++ & (to->room - 1)] =
        (struct due){at, one->slot, core->slot[one->slot].generation, mark};
}

void queues_add(struct queues *to, double now, double delay, const struct core *core,
                       const struct asking *one) {
    int i = 0;
    while (i < to->count && to->queue[i].delay != delay) i++;
    if (i == to->count) {
        to->queue = need(realloc(to->queue, (size_t)++to->count * sizeof *to->queue));
        to->queue[i] = (struct queue){.delay = delay};
    }
    queue_add(&to->queue[i], now + delay, core, one, one->sends);
}

double queue_next(const struct queue *from) {
    return from->first == from->after ? INFINITY : from->ring[from->first & (from->room - 1)].at;
}

double queues_next(const struct queues *from) {
    double next = INFINITY;
    for (int i = 0; i < from->count; i++) next = fmin(next, queue_next(&from->queue[i]));
    return next;
}

/* The next that is due and still the same asking; NULL when none is. */
struct asking *queue_due(const struct core *core, struct queue *from, double now, int *mark) {
    while (queue_next(from) <= now) {
        struct due due = from->ring[from->first++ & (from->room - 1)];
        struct slot *slot = &core->slot[due.slot];
        *mark = due.mark;
        if (slot->asking && slot->generation == due.generation && !slot->asking->done) return slot->asking;
    }
    return NULL;
}

/* -- who is awaited, who is ready --------------------------------------------------------------- */

struct asking **awaited(struct core *core, uint32_t id) {
    struct asking **at = &core->awaited[id & (BUCKETS - 1)];
    while (*at && (*at)->request_id != id) at = &(*at)->next_awaited;
    return at;
}

void await_id(struct core *core, struct asking *one) {
    do {
        if (!core->ids_left) {
            size_t got = 0;
            while (got < sizeof core->ids) {
                ssize_t more = getrandom((char *)core->ids + got, sizeof core->ids - got, 0);
                if (more > 0) got += (size_t)more;
                else if (errno != EINTR) abort();
            }
            core->ids_left = IDS;
        }
        one->request_id = (core->ids[--core->ids_left] & 0x7FFFFFFF) | 0x01000000;
    } while (*awaited(core, one->request_id));
    *awaited(core, one->request_id) = one;
    core->outstanding++;
}

void grown(struct core *core, struct asking *one) {
    if (one->young) core->under_way -= one->weight;
    one->young = 0;
}

void forget(struct core *core, struct asking *one) {
    if (one->request_id) {
        *awaited(core, one->request_id) = one->next_awaited;
        one->next_awaited = NULL, one->request_id = 0;
        core->outstanding--;
    }
    one->sends++;
    grown(core, one);
}

void push(struct asking **first, struct asking **last, struct asking *one, bool ahead) {
    one->next = ahead ? *first : NULL;
    if (ahead) *first = one;
    else if (*first) (*last)->next = one;
    else *first = one;
    if (!ahead || !one->next) *last = one;
}

struct asking *pop(struct asking **first) {
    struct asking *one = *first;
    if (one) *first = one->next;
    return one;
}

void ready(struct core *core, struct asking *one, bool ahead) {
    if (one->queued) return;
    one->queued = true;
    push(&core->first_ready, &core->last_ready, one, ahead);
}

EXPORT void core_part(struct agent *agent) {
    if (!--agent->uses) free(agent);
}

EXPORT void core_unlearn(struct names *names) {
    if (!--names->uses) free(names);
}

void release(struct core *core, struct asking *one) {
    struct slot *slot = &core->slot[one->slot];
    slot->asking = NULL, slot->generation++;
    slot->next_free = core->free_slot, core->free_slot = one->slot;
    finish(one);
    core_part(one->agent);
    core_unlearn(one->names);
    free(one);
}

struct asking *new_asking(struct core *core) {
    if (core->free_slot == core->slots) {
        uint32_t more = core->slots ? core->slots * 2 : 1024;
        core->slot = need(realloc(core->slot, more * sizeof *core->slot));
        for (uint32_t i = core->slots; i < more; i++) core->slot[i] = (struct slot){.next_free = i + 1};
        core->slots = more;
    }
    struct asking *one = need(calloc(1, sizeof *one));
    one->slot = core->free_slot;
    core->free_slot = core->slot[one->slot].next_free;
    core->slot[one->slot].asking = one;
    return one;
}

/* -- telling ------------------------------------------------------------------------------------ */

const char *word(const struct core *core, int what) {
    const char *text = what >= 0 && what < WORDS ? core->words[what] : NULL;
    return text ? text : "the kernel refuses to send";
}

/* One answer as JSON: number, outcome, when, payload, detail; and a 1 where names are among the
 * values, which then come as lists. */
void tell(struct core *core, int64_t number, int outcome, double at, struct asking *one, const char *detail) {
    struct buffer *to = &core->told;
    bool has_names = false;
    if (core->told_count == core->told_room) {
        core->told_room = core->told_room ? core->told_room * 2 : 256;
        core->told_end = need(realloc(core->told_end, core->told_room * sizeof *core->told_end));
    }
    int64_t us = llround(at * 1e6);
    put(to, "[", 1);
    if (number < 0) put(to, "-", 1);
    put_number(to, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
    put(to, ",", 1);
    put_number(to, (uint64_t)outcome);
    put(to, ",", 1);
    put_number(to, (uint64_t)(us / 1000000));
    put(to, ".", 1);
    for (int64_t digit = 100000; digit; digit /= 10) put(to, &"0123456789"[us / digit % 10], 1);
    put(to, ",", 1);
    if (one && one->begun) put_result(to, one, &has_names);
    else put_text(to, "null");
    put(to, ",", 1);
    put_json_text(to, (struct part){(const uint8_t *)detail, (uint32_t)strlen(detail)});
    put_text(to, has_names ? ",1]," : "],");
    core->told_end[core->told_count++] = to->size;
}

void end(struct core *core, struct asking *one, int outcome, double at) {
    forget(core, one);
    one->done = true;
    tell(core, one->number, outcome, at, one, one->detail ? one->detail : "");
    struct agent *agent = one->agent;
    struct asking *after = pop(&agent->first);
    if (after) ready(core, after, false);
    else agent->busy = false;
    if (!one->queued) release(core, one);
}

void ask_again(struct core *core, struct asking *one, int why) {
    if (++one->again > core->limits.again) {
        said(&one->detail, word(core, why));
        end(core, one, BLIND, one->first_at);
    } else {
        ready(core, one, false);
    }
}
