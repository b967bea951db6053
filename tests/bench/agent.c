/* A field of SNMP devices, one for each loopback address, and a field of hosts that answer echoes
 * after a delay. Fast on purpose: what is measured is who asks, not who answers.
 *
 *   agent snmp [--dead N] [--loss PERMILLE] [--latency-us N]    prints its UDP port
 *   agent echo [--dead N] [--loss PERMILLE] [--latency-us N]    prints "ready", in a network
 *                                                               namespace of its own
 *
 * --dead N: every N-th device says nothing. Ends when its standard input closes.
 * Values are made from the address and the object alone: tests/bench/device.py makes the same.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORTS = 48, BATCH = 64, MOST_IN = 2048, MOST_OUT = 8192, HEAD = 96, MOST_ARCS = 32 };
enum { INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, SEQUENCE = 0x30 };
enum { COUNTER32 = 0x41, GAUGE32 = 0x42, TIMETICKS = 0x43, COUNTER64 = 0x46 };
enum { NO_SUCH_OBJECT = 0x80, END_OF_MIB = 0x82, GET = 0xA0, NEXT = 0xA1, BULK = 0xA5 };

static int dead_every, loss_permille;
static int64_t latency_ns;
static uint64_t chance = 88172645463325252ULL;

static void die(const char *what) { perror(what); exit(1); }

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int lost(void) {
    if (!loss_permille) return 0;
    chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
    return (int)(chance % 1000) < loss_permille;
}

/* Devices are numbered by the lower 24 bits of their address, leaving out .0 and .255. */
static int dead(uint32_t address) {
    uint32_t number = ((address & 0xFFFFFF) >> 8) * 254 + (address & 0xFF) - 1;
    return dead_every && number % (uint32_t)dead_every == (uint32_t)dead_every - 1;
}

/* -- what waits for its time to be sent ------------------------------------------------------ */

struct later { int64_t due; uint32_t from; struct sockaddr_in to; int length; uint8_t octets[]; };
static struct later **queue;
static uint32_t queue_head, queue_tail, queue_size = 1 << 17;

static struct later *keep(int length) {
    if (queue_tail - queue_head >= queue_size) return NULL;
    struct later *one = malloc(sizeof *one + (size_t)length);
    if (!one) die("malloc");
    one->due = now_ns() + latency_ns, one->length = length;
    queue[queue_tail++ % queue_size] = one;
    return one;
}

static struct later *due(void) {
    if (queue_head == queue_tail || queue[queue_head % queue_size]->due > now_ns()) return NULL;
    return queue[queue_head++ % queue_size];
}

/* Waits for something to read or something to send; leaves when standard input has closed. */
static int wait_for(int fd) {
    struct pollfd fds[2] = {{fd, POLLIN, 0}, {0, POLLIN, 0}};
    struct timespec wait, *at_most = NULL;
    if (queue_head != queue_tail) {
        int64_t left = queue[queue_head % queue_size]->due - now_ns();
        if (left < 0) left = 0;
        wait.tv_sec = left / 1000000000, wait.tv_nsec = left % 1000000000;
        at_most = &wait;
    }
    if (ppoll(fds, 2, at_most, NULL) < 0 && errno != EINTR) die("ppoll");
    if (fds[1].revents) {
        char some[64];
        if (read(0, some, sizeof some) <= 0) exit(0);
    }
    return fds[0].revents != 0;
}

/* -- the objects of a device ----------------------------------------------------------------- */

struct object { uint32_t arcs[MOST_ARCS]; uint8_t name[48]; int count, length, kind, column, port; };
static struct object *objects;
static int object_count;
static int slots[1 << 14];

static int put_arc(uint8_t *to, uint32_t arc) {
    int length = 1;
    for (uint32_t rest = arc >> 7; rest; rest >>= 7) length++;
    for (int i = length - 1; i >= 0; i--, arc >>= 7)
        to[i] = (uint8_t)((arc & 0x7F) | (i == length - 1 ? 0 : 0x80));
    return length;
}

static uint32_t slot_of(const uint8_t *name, int length) {
    uint32_t hash = 2166136261u;
    for (int i = 0; i < length; i++) hash = (hash ^ name[i]) * 16777619u;
    return hash % (sizeof slots / sizeof *slots);
}

static void add(const char *text, int kind, int column, int port) {
    struct object *one = &objects[object_count++];
    memset(one, 0, sizeof *one);
    for (char *end = NULL; *text; text = *end ? end + 1 : end)
        one->arcs[one->count++] = (uint32_t)strtoul(text, &end, 10);
    one->name[one->length++] = (uint8_t)(one->arcs[0] * 40 + one->arcs[1]);
    for (int i = 2; i < one->count; i++) one->length += put_arc(one->name + one->length, one->arcs[i]);
    one->kind = kind, one->column = column, one->port = port;
    uint32_t slot = slot_of(one->name, one->length);
    while (slots[slot]) slot = (slot + 1) % (sizeof slots / sizeof *slots);
    slots[slot] = object_count;
}

static void add_column(const char *entry, int column, int kind, int number) {
    for (int port = 1; port <= PORTS; port++) {
        char text[64];
        snprintf(text, sizeof text, "%s.%d.%d", entry, column, port);
        add(text, kind, number, port);
    }
}

static void make_objects(void) {
    static const int basic[] = {INTEGER, OCTETS, INTEGER, INTEGER, GAUGE32, OCTETS, INTEGER, INTEGER,
        TIMETICKS, COUNTER32, COUNTER32, COUNTER32, COUNTER32, COUNTER32, COUNTER32, COUNTER32,
        COUNTER32, COUNTER32, COUNTER32, COUNTER32};
    static const int extended[] = {OCTETS, COUNTER32, COUNTER32, COUNTER32, COUNTER32, COUNTER64,
        COUNTER64, COUNTER64, COUNTER64, COUNTER64, COUNTER64, COUNTER64, COUNTER64, INTEGER, GAUGE32,
        INTEGER, INTEGER, OCTETS, TIMETICKS};
    objects = calloc(2048, sizeof *objects);
    if (!objects) die("calloc");
    add("1.3.6.1.2.1.1.1.0", OCTETS, 1, 0);
    add("1.3.6.1.2.1.1.2.0", OID, 2, 0);
    add("1.3.6.1.2.1.1.3.0", TIMETICKS, 3, 0);
    add("1.3.6.1.2.1.1.4.0", OCTETS, 4, 0);
    add("1.3.6.1.2.1.1.5.0", OCTETS, 5, 0);
    add("1.3.6.1.2.1.1.6.0", OCTETS, 6, 0);
    add("1.3.6.1.2.1.1.7.0", INTEGER, 7, 0);
    add("1.3.6.1.2.1.2.1.0", INTEGER, 8, 0);
    for (int i = 0; i < 20; i++) add_column("1.3.6.1.2.1.2.2.1", i + 1, basic[i], i + 1);
    for (int i = 0; i < 19; i++) add_column("1.3.6.1.2.1.31.1.1.1", i + 1, extended[i], 100 + i + 1);
}

static int exact(const uint8_t *name, int length) {
    for (uint32_t slot = slot_of(name, length); slots[slot]; slot = (slot + 1) % (sizeof slots / sizeof *slots)) {
        struct object *one = &objects[slots[slot] - 1];
        if (one->length == length && !memcmp(one->name, name, (size_t)length)) return slots[slot] - 1;
    }
    return -1;
}

/* The first object behind a name. */
static int behind(const uint8_t *name, int length) {
    int found = exact(name, length);
    if (found >= 0) return found + 1;
    uint32_t arcs[MOST_ARCS];
    int count = 0;
    if (length) arcs[count++] = name[0] / 40, arcs[count++] = name[0] % 40;
    for (int i = 1; i < length && count < MOST_ARCS; count++) {
        uint32_t arc = 0;
        do arc = arc << 7 | (name[i] & 0x7F); while (name[i++] & 0x80 && i < length);
        arcs[count] = arc;
    }
    int low = 0, high = object_count;
    while (low < high) {
        int middle = (low + high) / 2, at = 0;
        struct object *one = &objects[middle];
        while (at < count && at < one->count && arcs[at] == one->arcs[at]) at++;
        int after = at == count ? one->count > count : at < one->count && one->arcs[at] > arcs[at];
        if (after) high = middle; else low = middle + 1;
    }
    return low;
}

/* -- BER ------------------------------------------------------------------------------------- */

struct reader { const uint8_t *at, *end; };

static int open_tlv(struct reader *from, int *tag, struct reader *inside) {
    if (from->end - from->at < 2) return 0;
    *tag = *from->at++;
    size_t length = *from->at++;
    if (length & 0x80) {
        int octets = (int)(length & 0x7F);
        if (octets > 3 || from->end - from->at < octets) return 0;
        for (length = 0; octets; octets--) length = length << 8 | *from->at++;
    }
    if ((size_t)(from->end - from->at) < length) return 0;
    inside->at = from->at, inside->end = from->at += length;
    return 1;
}

static int open_integer(struct reader *from, int64_t *value) {
    struct reader inside;
    int tag;
    if (!open_tlv(from, &tag, &inside) || tag != INTEGER || inside.at == inside.end) return 0;
    for (*value = (int8_t)*inside.at++; inside.at < inside.end;) *value = *value << 8 | *inside.at++;
    return 1;
}

static uint8_t *put_length(uint8_t *to, int length) {
    if (length < 128) { *to++ = (uint8_t)length; return to; }
    if (length < 256) { *to++ = 0x81, *to++ = (uint8_t)length; return to; }
    *to++ = 0x82, *to++ = (uint8_t)(length >> 8), *to++ = (uint8_t)length;
    return to;
}

static uint8_t *put_number(uint8_t *to, int tag, uint64_t value) {
    int length = 1;
    while (length < 9 && value >> (8 * length - 1)) length++;
    *to++ = (uint8_t)tag, *to++ = (uint8_t)length;
    if (length == 9) *to++ = 0, length = 8;
    for (int i = length - 1; i >= 0; i--) *to++ = (uint8_t)(value >> (8 * i));
    return to;
}

static uint8_t *put_value(uint8_t *to, const struct object *one, uint32_t address) {
    uint64_t value = ((uint64_t)address << 16) + (uint64_t)one->column * 64 + (uint64_t)one->port;
    char text[32];
    int length;
    switch (one->kind) {
    case OID: /* 1.3.6.1.4.1.32473.1, an enterprise for examples (RFC 5612) */
        memcpy(to, "\x06\x09\x2b\x06\x01\x04\x01\x81\xfd\x59\x01", 11);
        return to + 11;
    case OCTETS:
        length = snprintf(text, sizeof text, "d%u c%d p%d", address & 0xFFFFFF, one->column, one->port);
        *to++ = OCTETS, *to++ = (uint8_t)length;
        memcpy(to, text, (size_t)length);
        return to + length;
    case INTEGER:
        return put_number(to, INTEGER, one->column == 1 ? (uint64_t)one->port : 1 + (address + (uint32_t)one->port) % 2);
    case COUNTER64:
        return put_number(to, COUNTER64, value);
    default:
        return put_number(to, one->kind, value & 0xFFFFFFFF);
    }
}

static uint8_t *put_bind(uint8_t *to, const uint8_t *name, int length, const struct object *one, uint32_t address, int none) {
    uint8_t *start = to;
    to += 2;  /* a bind is shorter than 128 octets */
    *to++ = OID, *to++ = (uint8_t)length;
    memcpy(to, name, (size_t)length);
    to += length;
    if (one) to = put_value(to, one, address);
    else *to++ = (uint8_t)none, *to++ = 0;
    start[0] = SEQUENCE, start[1] = (uint8_t)(to - start - 2);
    return to;
}

static uint8_t *put_next(uint8_t *to, int next, const uint8_t *name, int length, uint32_t address) {
    if (next >= object_count) return put_bind(to, name, length, NULL, address, END_OF_MIB);
    return put_bind(to, objects[next].name, objects[next].length, &objects[next], address, 0);
}

/* Answers one datagram; the length of the answer, or 0. The answer begins at *start. */
static int answer(const uint8_t *in, int length, uint32_t address, uint8_t *out, uint8_t **start) {
    struct reader whole = {in, in + length}, message, community, pdu, list;
    int64_t version, id, first, second;
    int tag, kind;
    if (!open_tlv(&whole, &tag, &message) || tag != SEQUENCE || !open_integer(&message, &version)) return 0;
    const uint8_t *said = message.at;
    if (!open_tlv(&message, &tag, &community) || tag != OCTETS) return 0;
    int said_length = (int)(community.end - said);
    if (said_length > 40 || !open_tlv(&message, &kind, &pdu)) return 0;
    if (!open_integer(&pdu, &id) || !open_integer(&pdu, &first) || !open_integer(&pdu, &second)) return 0;
    if (!open_tlv(&pdu, &tag, &list) || tag != SEQUENCE) return 0;

    struct reader names[64];
    int count = 0;
    while (list.at < list.end && count < 64) {
        struct reader bind;
        if (!open_tlv(&list, &tag, &bind) || !open_tlv(&bind, &tag, &names[count]) || tag != OID) return 0;
        if (names[count].end - names[count].at > 64) return 0;
        count++;
    }
    uint8_t *binds = out + HEAD, *to = binds, *limit = out + MOST_OUT - 192;
    if (kind == GET) {
        for (int i = 0; i < count && to < limit; i++) {
            int size = (int)(names[i].end - names[i].at), found = exact(names[i].at, size);
            to = put_bind(to, names[i].at, size, found < 0 ? NULL : &objects[found], address, NO_SUCH_OBJECT);
        }
    } else if (kind == NEXT || kind == BULK) {
        int next[64], once = kind == NEXT ? count : first < count ? (int)first : count;
        int times = kind == NEXT ? 0 : (int)(second < 0 ? 0 : second);
        for (int i = 0; i < count; i++) next[i] = behind(names[i].at, (int)(names[i].end - names[i].at));
        for (int i = 0; i < once && to < limit; i++)
            to = put_next(to, next[i], names[i].at, (int)(names[i].end - names[i].at), address);
        for (int row = 0, ended = once; row < times && to < limit && ended < count; row++) {
            ended = once;
            for (int i = once; i < count && to < limit; i++) {
                ended += next[i] >= object_count;
                const struct object *last = &objects[object_count - 1];
                int over = next[i] >= object_count && row;
                to = over ? put_next(to, next[i], last->name, last->length, address)
                          : put_next(to, next[i], names[i].at, (int)(names[i].end - names[i].at), address);
                next[i]++;
            }
        }
    } else return 0;

    /* The heads are written backwards, now that the lengths are known. */
    uint8_t head[HEAD], *at = head, part[16], *end;
    int listed = (int)(to - binds);
    uint8_t inner[32], *in_pdu = inner;
    in_pdu = put_number(in_pdu, INTEGER, (uint32_t)id);
    in_pdu = put_number(in_pdu, INTEGER, 0);
    in_pdu = put_number(in_pdu, INTEGER, 0);
    *in_pdu++ = SEQUENCE, in_pdu = put_length(in_pdu, listed);
    int pdu_length = (int)(in_pdu - inner) + listed;
    end = put_number(part, INTEGER, (uint64_t)version);
    uint8_t pdu_head[4], *pdu_end;
    pdu_head[0] = 0xA2, pdu_end = put_length(pdu_head + 1, pdu_length);
    int message_length = (int)(end - part) + said_length + (int)(pdu_end - pdu_head) + pdu_length;
    *at++ = SEQUENCE, at = put_length(at, message_length);
    memcpy(at, part, (size_t)(end - part)), at += end - part;
    memcpy(at, said, (size_t)said_length), at += said_length;
    memcpy(at, pdu_head, (size_t)(pdu_end - pdu_head)), at += pdu_end - pdu_head;
    memcpy(at, inner, (size_t)(in_pdu - inner)), at += in_pdu - inner;
    *start = binds - (at - head);
    memcpy(*start, head, (size_t)(at - head));
    return (int)(to - *start);
}

/* -- SNMP on the loopback -------------------------------------------------------------------- */

static char controls[BATCH][CMSG_SPACE(sizeof(struct in_pktinfo))];

static void aim(struct msghdr *to, char *control, uint32_t from) {
    to->msg_control = control, to->msg_controllen = CMSG_SPACE(sizeof(struct in_pktinfo));
    struct cmsghdr *note = CMSG_FIRSTHDR(to);
    note->cmsg_level = IPPROTO_IP, note->cmsg_type = IP_PKTINFO;
    note->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
    struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(note);
    memset(info, 0, sizeof *info);
    info->ipi_spec_dst.s_addr = htonl(from);
}

static void send_due(int sock) {
    for (struct later *one; (one = due());) {
        struct iovec part = {one->octets, (size_t)one->length};
        struct msghdr to = {&one->to, sizeof one->to, &part, 1, NULL, 0, 0};
        char control[CMSG_SPACE(sizeof(struct in_pktinfo))];
        aim(&to, control, one->from);
        sendmsg(sock, &to, 0);
        free(one);
    }
}

static void serve_snmp(void) {
    static uint8_t in[BATCH][MOST_IN], out[BATCH][MOST_OUT];
    static struct mmsghdr got[BATCH], said[BATCH];
    static struct iovec in_parts[BATCH], out_parts[BATCH];
    static struct sockaddr_in from[BATCH];
    int sock = socket(AF_INET, SOCK_DGRAM, 0), yes = 1, buffer = 32 << 20;
    if (sock < 0) die("socket");
    if (setsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) && errno != EPERM) die("lo");
    if (setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer))
        setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (setsockopt(sock, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer))
        setsockopt(sock, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    setsockopt(sock, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
    struct sockaddr_in here = {.sin_family = AF_INET};
    socklen_t size = sizeof here;
    if (bind(sock, (struct sockaddr *)&here, size) || getsockname(sock, (struct sockaddr *)&here, &size)) die("bind");
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        if (!wait_for(sock)) { send_due(sock); continue; }
        for (int i = 0; i < BATCH; i++) {
            in_parts[i] = (struct iovec){in[i], MOST_IN};
            got[i].msg_hdr = (struct msghdr){&from[i], sizeof from[i], &in_parts[i], 1, controls[i], sizeof controls[i], 0};
        }
        int count = recvmmsg(sock, got, BATCH, MSG_DONTWAIT, NULL), ready = 0;
        for (int i = 0; i < count; i++) {
            struct cmsghdr *note = CMSG_FIRSTHDR(&got[i].msg_hdr);
            if (!note || note->cmsg_type != IP_PKTINFO) continue;
            uint32_t address = ntohl(((struct in_pktinfo *)CMSG_DATA(note))->ipi_addr.s_addr);
            if (address >> 24 != 127 || dead(address) || lost()) continue;
            uint8_t *start;
            int length = answer(in[i], (int)got[i].msg_len, address, out[ready], &start);
            if (!length) continue;
            if (latency_ns) {
                struct later *one = keep(length);
                if (!one) continue;
                one->from = address, one->to = from[i];
                memcpy(one->octets, start, (size_t)length);
                continue;
            }
            out_parts[ready] = (struct iovec){start, (size_t)length};
            said[ready].msg_hdr = (struct msghdr){&from[i], sizeof from[i], &out_parts[ready], 1, NULL, 0, 0};
            aim(&said[ready].msg_hdr, controls[i], address);
            ready++;
        }
        for (int at = 0; at < ready;) {
            int sent = sendmmsg(sock, said + at, (unsigned)(ready - at), 0);
            at += sent > 0 ? sent : 1;
        }
        send_due(sock);
    }
}

/* -- echoes behind a delay ------------------------------------------------------------------- */

static void bring_up(const char *name, const char *address, const char *mask) {
    struct ifreq ask = {0};
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0) die("socket");
    strncpy(ask.ifr_name, name, IFNAMSIZ - 1);
    if (address) {
        struct sockaddr_in *where = (struct sockaddr_in *)&ask.ifr_addr;
        ask.ifr_qlen = 100000;
        if (ioctl(sock, SIOCSIFTXQLEN, &ask)) die("txqlen");
        memset(&ask.ifr_addr, 0, sizeof ask.ifr_addr);
        where->sin_family = AF_INET;
        inet_pton(AF_INET, address, &where->sin_addr);
        if (ioctl(sock, SIOCSIFADDR, &ask)) die("address");
        inet_pton(AF_INET, mask, &where->sin_addr);
        if (ioctl(sock, SIOCSIFNETMASK, &ask)) die("mask");
    }
    if (ioctl(sock, SIOCGIFFLAGS, &ask)) die("flags");
    ask.ifr_flags |= IFF_UP;
    if (ioctl(sock, SIOCSIFFLAGS, &ask)) die("up");
    close(sock);
}

static void serve_echo(void) {
    struct ifreq ask = {0};
    uint8_t packet[MOST_IN];
    if (unshare(CLONE_NEWNET)) die("unshare");
    int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    if (tun < 0) die("/dev/net/tun");
    strcpy(ask.ifr_name, "field0");
    ask.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ioctl(tun, TUNSETIFF, &ask)) die("tun");
    bring_up("lo", NULL, NULL);
    bring_up("field0", "198.18.0.0", "255.254.0.0");
    puts("ready");
    fflush(stdout);
    for (;;) {
        int readable = wait_for(tun);
        for (int i = 0; readable && i < 256; i++) {
            int length = (int)read(tun, packet, sizeof packet);
            if (length < 28) break;
            int head = (packet[0] & 15) * 4;
            if (packet[0] >> 4 != 4 || packet[9] != IPPROTO_ICMP || length < head + 8 || packet[head] != 8) continue;
            uint32_t address;
            memcpy(&address, packet + 16, 4);
            if (dead(ntohl(address)) || lost()) continue;
            memcpy(packet + 16, packet + 12, 4);
            memcpy(packet + 12, &address, 4);
            uint32_t sum = (uint32_t)(packet[head + 2] << 8 | packet[head + 3]) + 0x0800;
            sum = (sum & 0xFFFF) + (sum >> 16);
            packet[head] = 0, packet[head + 2] = (uint8_t)(sum >> 8), packet[head + 3] = (uint8_t)sum;
            struct later *one = keep(length);
            if (one) memcpy(one->octets, packet, (size_t)length);
        }
        for (struct later *one; (one = due()); free(one))
            if (write(tun, one->octets, (size_t)one->length) < 0 && errno != EAGAIN) die("write");
    }
}

int main(int count, char **words) {
    if (count < 2) return 2;
    for (int i = 2; i + 1 < count; i += 2) {
        if (!strcmp(words[i], "--dead")) dead_every = atoi(words[i + 1]);
        else if (!strcmp(words[i], "--loss")) loss_permille = atoi(words[i + 1]);
        else if (!strcmp(words[i], "--latency-us")) latency_ns = atoll(words[i + 1]) * 1000;
        else return 2;
    }
    queue = calloc(queue_size, sizeof *queue);
    if (!queue) die("calloc");
    make_objects();
    if (!strcmp(words[1], "snmp")) serve_snmp();
    if (!strcmp(words[1], "echo")) serve_echo();
    return 2;
}
