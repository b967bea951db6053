/* Thousands of agents through one UDP socket per family. The rules are those of
 * `netwatch.pollers.snmp.asker`; what is exported here is called by `netwatch.pollers.snmp.compiled`,
 * which also says what the numbers of `limits` mean. */
#define _GNU_SOURCE
#include "books.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#ifndef CORE_DIGEST
#define CORE_DIGEST "unknown"
#endif

/* Of these sources, so that a build of others is not taken for one of these. */
static const char digest[] = "core " CORE_DIGEST;
EXPORT const char *core_digest_at = digest + 5;

/* -- sending ------------------------------------------------------------------------------------ */

static bool may_send(const struct core *core) {
    return core->first_ready && core->under_way < core->limits.window &&
           core->outstanding < core->limits.outstanding;
}

/* Who has been silent holds up nobody: what it is asked, and what is asked twice, counts nothing. */
static int weight(const struct core *core, const struct asking *one) {
    if (one->agent->silent || one->left < one->retries) return 0;
    return one->walks ? core->limits.walk_weighs : 1;
}

static double longest(const struct core *core, const struct asking *one) {
    return fmax(core->limits.longest_s, core->limits.longest_timeouts * one->timeout);
}

static void sent(struct core *core, struct asking *one, double now) {
    core->counts.requests++;
    if (!one->first_at) one->first_at = now, one->cut_at = now + longest(core, one);
    one->sent_at = now;
    one->sends++;
    queues_add(&core->deadlines, now, one->timeout, core, one);
    double youth = fmin(core->limits.young_s, fmax(core->limits.youngest_s, core->usual * core->limits.youths));
    if (one->weight) queue_add(&core->young, now + youth, core, one, one->sends);
    one->young = one->weight ? one->sends : 0;
}

static void unsent(struct core *core, struct asking *one) {
    core->under_way -= one->weight;
    one->weight = one->young = 0;
}

static bool try_later(int fault) {
    return fault == EAGAIN || fault == ENOBUFS || fault == ENOMEM || fault == EINTR;
}

/* Send a batch through one door; false when the kernel takes no more just now. */
static bool flush(struct core *core, int door, int count) {
    for (int at = 0; at < count;) {
        double now = clock_of(core);
        int went = sendmmsg(core->door[door], core->out + at, (unsigned)(count - at), 0);
        if (went < 0 && try_later(errno)) {
            while (count-- > at) unsent(core, core->sending[count]), ready(core, core->sending[count], true);
            return false;
        }
        if (went < 0) {
            struct asking *one = core->sending[at++];
            int fault = errno;
            unsent(core, one);
            said(&one->detail, word(core, fault));
            end(core, one, BLIND, now);
        }
        for (; went > 0; went--) sent(core, core->sending[at++], now);
    }
    return true;
}

/* Put one request into the batch; the octets it takes, 0 where it is too long for any datagram. */
static size_t load(struct core *core, struct asking *one, int place, size_t at) {
    struct request asked;
    if (one->names->count > core->names_room) {
        core->names_room = one->names->count;
        core->names = need(realloc(core->names, (size_t)core->names_room * sizeof *core->names));
    }
    if (!one->begun) begin(one);
    int count = wanted(one, &asked, core->names);
    size_t size = request_size(&asked, core->names, count);
    if (size > MOST_UDP) return 0;
    if (!one->request_id) await_id(core, one);
    asked.id = one->request_id;
    put_request(core->requests + at, &asked, core->names, count);
    one->weight = weight(core, one);
    core->under_way += one->weight, one->young = one->weight ? -1 : 0;
    core->sending[place] = one;
    core->out_part[place] = (struct iovec){core->requests + at, size};
    core->out[place].msg_hdr = (struct msghdr){
        .msg_name = &one->agent->where,
        .msg_namelen = one->agent->door ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
        .msg_iov = &core->out_part[place], .msg_iovlen = 1};
    return size;
}

EXPORT void core_pump(struct core *core, double now) {
    struct asking *one;
    int mark;
    core->now = now;
    while ((one = queue_due(core, &core->young, now, &mark)))
        if (one->young == mark) grown(core, one);
    for (int i = 0; i < core->rests.count; i++)
        while ((one = queue_due(core, &core->rests.queue[i], now, &mark)))
            if (one->sends == mark) ready(core, one, true);
    int door = 0, count = 0, left = core->limits.send;
    size_t at = 0;
    while (left > 0 && may_send(core)) {
        one = pop(&core->first_ready);
        one->queued = false;
        if (one->done) {
            release(core, one);
            continue;
        }
        if (count == BATCH || one->agent->door != door || at + MOST_UDP > REQUESTS) {
            if (!flush(core, door, count)) {
                ready(core, one, true);
                return;
            }
            door = one->agent->door, count = 0, at = 0;
        }
        size_t size = load(core, one, count, at);
        if (size) {
            count++, left--, at += size;
        } else {
            said(&one->detail, word(core, EMSGSIZE));
            end(core, one, BLIND, clock_of(core));
        }
    }
    flush(core, door, count);
}

/* -- receiving ---------------------------------------------------------------------------------- */

static const void *ipv4(const struct sockaddr_in6 *where) {
    return (const uint8_t *)where + offsetof(struct sockaddr_in, sin_addr);
}

static bool is_from(const struct agent *agent, const struct sockaddr_in6 *source) {
    if (agent->where.sin6_family != source->sin6_family || agent->where.sin6_port != source->sin6_port)
        return false;
    if (source->sin6_family == AF_INET) return !memcmp(ipv4(&agent->where), ipv4(source), 4);
    bool scope = !agent->where.sin6_scope_id || agent->where.sin6_scope_id == source->sin6_scope_id;
    return scope && !memcmp(&agent->where.sin6_addr, &source->sin6_addr, sizeof source->sin6_addr);
}

static void doubt(struct asking *one, const char *format, const char *what) {
    char text[WHY + 64];
    snprintf(text, sizeof text, format, what);
    said(&one->doubt, text);
}

static void go_on(struct core *core, struct asking *one, double now, double took) {
    double rest = took - one->agent->quickest;
    forget(core, one);
    one->left = one->retries, one->again = 0;
    if (rest <= core->limits.rest_from_s) {
        ready(core, one, true);
        return;
    }
    rest = fmin(floor(rest * 10) / 10, core->limits.rest_at_most_s);
    one->cut_at += rest;
    queues_add(&core->rests, now, rest, core, one);
}

static bool heard(struct core *core, struct part datagram, const struct sockaddr_in6 *source, double now) {
    static struct message answer;
    char why[WHY] = "", who[INET6_ADDRSTRLEN];
    if (!open_message(datagram, &answer, why) || answer.request_id < 1 || answer.request_id > INT32_MAX)
        return false;
    struct asking *one = *awaited(core, (uint32_t)answer.request_id);
    if (!one || answer.tag != RESPONSE) return false;
    struct agent *agent = one->agent;
    if (!is_from(agent, source)) {
        const void *address = source->sin6_family == AF_INET ? ipv4(source) : &source->sin6_addr;
        inet_ntop(source->sin6_family, address, who, sizeof who);
        doubt(one, "something at %s answered in its place, and was not believed", who);
        return false;
    }
    if (answer.version != agent->version || answer.community.size != agent->community.size ||
        memcmp(answer.community.at, agent->community.at, agent->community.size))
        return false;
    int more = open_binds(datagram, &answer, why) ? take(one, &answer, datagram.size, why) : -1;
    if (more < 0) {
        doubt(one, "its answer was not believed: %s", why);
        return false;
    }
    core->counts.varbinds += (uint64_t)answer.binds;
    agent->silent = false;
    double took = now - one->sent_at;
    if (took < agent->quickest) agent->quickest = took;
    core->usual += (took - core->usual) / 16;
    if (more && now > one->cut_at) {
        char text[64];
        snprintf(text, sizeof text, "no end after %g s", longest(core, one));
        cut_short(one, text);
        more = 0;
    }
    if (more) go_on(core, one, now, took);
    else end(core, one, ANSWERED, now);
    return true;
}

static bool drain(struct core *core, int door) {
    for (int left = core->limits.drain; left > 0;) {
        int came = recvmmsg(core->door[door], core->in, BATCH, MSG_DONTWAIT, NULL);
        if (came < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
        left -= came > 0 ? came : 1; /* an ICMP error of some other request: its timeout will tell */
        double now = clock_of(core);
        for (int i = 0; i < came; i++) {
            struct part datagram = {core->datagram[i], core->in[i].msg_len};
            if (!heard(core, datagram, &core->source[i], now)) core->counts.strays++;
            core->in[i].msg_hdr.msg_namelen = sizeof core->source[i];
        }
    }
    return false;
}

EXPORT int core_drain(struct core *core, double now) {
    bool emptied = true;
    core->now = now;
    for (int door = 0; door < 2; door++)
        if (core->door[door] >= 0) emptied = drain(core, door) && emptied;
    return emptied;
}

/* -- judging ------------------------------------------------------------------------------------ */

static void notice_drops(struct core *core) {
    for (int door = 0; door < 2; door++) {
        uint32_t info[MEMINFO_WORDS] = {0};
        socklen_t size = sizeof info;
        if (core->door[door] < 0 || getsockopt(core->door[door], SOL_SOCKET, MEMINFO, info, &size)) continue;
        if (info[MEMINFO_DROPS] == core->drops[door]) continue;
        core->drops[door] = info[MEMINFO_DROPS];
        core->dropped_at[door] = clock_of(core);
    }
}

static void late(struct core *core, struct asking *one) {
    grown(core, one);
    if (one->sent_at <= core->dropped_at[one->agent->door]) {
        ask_again(core, one, OVERFLOWS);
    } else if (spare(one) || one->left > 0) {
        one->left--;
        ready(core, one, true);
    } else {
        one->agent->silent = true;
        if (one->doubt) said(&one->detail, one->doubt);
        end(core, one, SILENT, one->first_at);
    }
}

EXPORT void core_judge(struct core *core, double now, double drained_at) {
    bool noticed = false;
    core->now = now;
    for (int i = 0; i < core->deadlines.count; i++) {
        struct asking *one;
        int mark;
        while ((one = queue_due(core, &core->deadlines.queue[i], drained_at, &mark))) {
            if (one->sends != mark) continue;
            if (!noticed) notice_drops(core), noticed = true;
            late(core, one);
        }
    }
}

EXPORT void core_stalled(struct core *core, double now) {
    size_t count = 0;
    struct asking **all = need(calloc((size_t)core->outstanding + 1, sizeof *all));
    core->now = now;
    for (int i = 0; i < BUCKETS; i++)
        for (struct asking *one = core->awaited[i]; one; one = one->next_awaited)
            if (!one->queued) all[count++] = one;
    for (size_t i = 0; i < count; i++) {
        grown(core, all[i]);
        all[i]->sends++; /* the deadline that runs no longer counts */
        ask_again(core, all[i], STALLS);
    }
    free(all);
}

/* -- what Python calls besides ------------------------------------------------------------------ */

EXPORT int core_waiting(const struct core *core) { return may_send(core); }

/* When there will be something to do; infinite when nothing is under way. */
EXPORT double core_next(const struct core *core) {
    double next = fmin(queues_next(&core->deadlines), queues_next(&core->rests));
    return core->first_ready ? fmin(next, queue_next(&core->young)) : next;
}

EXPORT void core_ask(struct core *core, const struct question *asked, int count) {
    for (; count--; asked++) {
        struct agent *agent = (struct agent *)(uintptr_t)asked->agent;
        if (core->door[agent->door] < 0) {
            tell(core, asked->number, BLIND, clock_of(core), NULL, word(core, NO_SOCKET));
            continue;
        }
        struct asking *one = new_asking(core);
        one->number = asked->number, one->agent = agent, agent->uses++;
        one->names = (struct names *)(uintptr_t)asked->names, one->names->uses++;
        one->timeout = asked->timeout, one->retries = one->left = asked->retries;
        one->walks = asked->rows >= 0, one->rows = asked->rows, one->bearing = agent->repetitions;
        if (agent->busy) {
            push(&agent->first, &agent->last, one, false);
        } else {
            agent->busy = true;
            ready(core, one, false);
        }
    }
}

/* The next answers, of `most` octets together unless one alone is more: where they stand, and how
 * many they are; 0 when all were given. They stand until the next call of any kind. */
EXPORT int core_told(struct core *core, size_t most, const uint8_t **at, size_t *size) {
    size_t from = core->told_given ? core->told_end[core->told_given - 1] : 0, count = 0;
    while (core->told_given < core->told_count &&
           (!count || core->told_end[core->told_given] - from <= most))
        core->told_given++, count++;
    if (!count) {
        core->told.size = core->told_count = core->told_given = 0;
        if (core->told.room > most) free(core->told.octets), core->told = (struct buffer){0};
        return 0;
    }
    *at = core->told.octets + from;
    *size = core->told_end[core->told_given - 1] - from - 1; /* but for the last comma */
    return (int)count;
}

EXPORT int core_telling(const struct core *core) { return (int)(core->told_count - core->told_given); }

static bool address(const char *host, struct sockaddr_in6 *to) {
    struct addrinfo wish = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM}, *found;
    if (inet_pton(AF_INET, host, &((struct sockaddr_in *)to)->sin_addr) == 1) {
        to->sin6_family = AF_INET;
        return true;
    }
    if (getaddrinfo(host, NULL, &wish, &found)) return false; /* it knows fe80::1%eth0 */
    memcpy(to, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

EXPORT struct agent *core_meet(const char *host, int port, int version, const uint8_t *community, int size) {
    struct agent *agent = need(calloc(1, sizeof *agent + (size_t)size));
    if (!address(host, &agent->where)) {
        free(agent);
        return NULL;
    }
    agent->where.sin6_port = htons((uint16_t)port); /* at the same place in both families */
    agent->door = agent->where.sin6_family == AF_INET6;
    agent->uses = 1, agent->version = version;
    agent->repetitions = REPETITIONS, agent->calm_wanted = 64, agent->quickest = INFINITY;
    memcpy(agent->octets, community, (size_t)size);
    agent->community = (struct part){agent->octets, (uint32_t)size};
    return agent;
}

EXPORT struct names *core_learn(const uint8_t *octets, const uint32_t *sizes, int count) {
    size_t all = 0;
    for (int i = 0; i < count; i++) all += sizes[i];
    struct names *names = need(calloc(1, sizeof *names + (size_t)count * sizeof *names->name + all));
    uint8_t *to = (uint8_t *)(names->name + count);
    memcpy(to, octets, all);
    names->uses = 1, names->count = count;
    for (int i = 0; i < count; to += sizes[i], i++) names->name[i] = (struct part){to, sizes[i]};
    return names;
}

EXPORT void core_word(struct core *core, int what, const char *text) {
    if (what >= 0 && what < WORDS) said(&core->words[what], text);
}

EXPORT struct core *core_open(int ipv4, int ipv6, const struct limits *limits, int own_clock) {
    struct core *core = need(calloc(1, sizeof *core));
    core->limits = *limits;
    core->door[0] = ipv4, core->door[1] = ipv6;
    core->own_clock = own_clock;
    core->usual = limits->young_s / limits->youths;
    core->dropped_at[0] = core->dropped_at[1] = -INFINITY;
    while (!hash_seed)
        if (getrandom(&hash_seed, sizeof hash_seed, 0) < 0 && errno != EINTR) abort();
    for (int i = 0; i < BATCH; i++) {
        core->in_part[i] = (struct iovec){core->datagram[i], sizeof core->datagram[i]};
        core->in[i].msg_hdr = (struct msghdr){.msg_name = &core->source[i],
            .msg_namelen = sizeof core->source[i], .msg_iov = &core->in_part[i], .msg_iovlen = 1};
    }
    return core;
}

EXPORT void core_close(struct core *core) {
    for (uint32_t i = 0; i < core->slots; i++) {
        struct asking *one = core->slot[i].asking;
        if (!one) continue;
        one->agent->busy = false, one->agent->first = one->agent->last = NULL; /* it may outlive us */
        release(core, one);
    }
    for (int i = 0; i < core->deadlines.count; i++) free(core->deadlines.queue[i].ring);
    for (int i = 0; i < core->rests.count; i++) free(core->rests.queue[i].ring);
    for (int i = 0; i < WORDS; i++) free(core->words[i]);
    free(core->deadlines.queue), free(core->rests.queue), free(core->young.ring), free(core->slot);
    free(core->told.octets), free(core->told_end), free(core->names), free(core);
}
