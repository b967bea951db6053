/* Who is asked, who is awaited, what is due and what there is to tell: what `asker.c` goes by. */
#pragma once
#include "core.h"

#include <sys/socket.h>


enum { BATCH = 64, REQUESTS = 1 << 17, MOST_UDP = 65507, IDS = 1024, BUCKETS = 1 << 16 };
enum { WORDS = 256, OVERFLOWS = 200, STALLS, NO_SOCKET }; /* below: by errno */
enum { MEMINFO = 55, MEMINFO_DROPS = 8, MEMINFO_WORDS = 9 };

struct limits {
    double young_s, youngest_s, longest_s, longest_timeouts, rest_from_s, rest_at_most_s;
    int32_t youths, window, walk_weighs, outstanding, send, drain, again;
};

struct question { uint64_t agent, names; int64_t number; double timeout; int32_t retries, rows; };

struct counts { uint64_t requests, varbinds, strays; };

/* What is due at some time, unless it was answered meanwhile: then mark or generation differ. */
struct due { double at; uint32_t slot, generation; int mark; };
struct queue { double delay; struct due *ring; size_t first, after, room; };
struct queues { struct queue *queue; int count; };

struct slot { struct asking *asking; uint32_t generation, next_free; };

struct core {
    struct counts counts; /* first: Python reads it */
    struct limits limits;
    int door[2];
    uint32_t drops[2];
    double dropped_at[2];
    bool own_clock;
    double now, usual; /* how long an answer takes, on the whole */
    char *words[WORDS];
    struct slot *slot;
    uint32_t slots, free_slot;
    struct asking *awaited[BUCKETS], *first_ready, *last_ready;
    int outstanding, under_way;
    struct queues deadlines, rests;
    struct queue young;
    uint32_t ids[IDS];
    int ids_left;
    struct buffer told;
    size_t *told_end, told_room, told_count, told_given;
    struct part *names;
    int names_room;
    struct mmsghdr out[BATCH], in[BATCH];
    struct iovec out_part[BATCH], in_part[BATCH];
    struct sockaddr_in6 source[BATCH];
    struct asking *sending[BATCH];
    uint8_t requests[REQUESTS], datagram[BATCH][MOST_OCTETS + 1];
};

double clock_of(const struct core *core);

/* What is due. `queue_due` gives the next that is, and still the same asking; else NULL. */
void queue_add(struct queue *to, double at, const struct core *core, const struct asking *one, int mark);
void queues_add(struct queues *to, double now, double delay, const struct core *core, const struct asking *one);
double queue_next(const struct queue *from);
double queues_next(const struct queues *from);
struct asking *queue_due(const struct core *core, struct queue *from, double now, int *mark);

/* Who is awaited, by request id; who is ready to be asked. */
struct asking **awaited(struct core *core, uint32_t id);
void await_id(struct core *core, struct asking *one);
void grown(struct core *core, struct asking *one);
void forget(struct core *core, struct asking *one);
void push(struct asking **first, struct asking **last, struct asking *one, bool ahead);
struct asking *pop(struct asking **first);
void ready(struct core *core, struct asking *one, bool ahead);
void release(struct core *core, struct asking *one);
struct asking *new_asking(struct core *core);

/* What there is to tell. */
const char *word(const struct core *core, int what);
void tell(struct core *core, int64_t number, int outcome, double at, struct asking *one, const char *detail);
void end(struct core *core, struct asking *one, int outcome, double at);
void ask_again(struct core *core, struct asking *one, int why);
