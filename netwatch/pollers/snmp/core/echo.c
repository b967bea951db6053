/* Echo requests and replies by the batch (RFC 792, RFC 4443): `netwatch.pollers.echo_wire` at C's pace.
 *
 * A table by sequence says whose reply is awaited, from which socket address and with which token;
 * whatever does not fit all three is nobody's. When to send and when to give up is Python's.
 */
#define _GNU_SOURCE
#include "core.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { SEQUENCES = 65536, BATCH = 64, TOKEN = 8, NAME = 28, ROOM = 128, NOTES = 64 };
enum { HEAD = 16, REPLY = 16, DRAIN = 4096 };

static const char padding[] = "netwatch asks whether you live  ";
enum { PADDING = sizeof padding - 1, REQUEST = HEAD + PADDING };

struct awaited { int64_t number; uint8_t name[NAME], token[TOKEN], here; };

struct wire {
    int sock, name_octets, headed;
    uint16_t ident, next;
    uint8_t kind;
    int64_t outstanding;
    uint32_t fixed; /* what is the same in every request, as it adds to the checksum */
    struct awaited awaited[SEQUENCES];
};

static uint32_t sum_of(const uint8_t *octets, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < size; i += 2) sum += (uint32_t)(octets[i] << 8 | octets[i + 1]);
    return sum;
}

EXPORT struct wire *echo_open(int sock, int family, int headed, int ident, int first) {
    struct wire *wire = need(calloc(1, sizeof *wire));
    wire->sock = sock, wire->headed = headed, wire->ident = (uint16_t)ident;
    wire->next = (uint16_t)first;
    wire->name_octets = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    wire->kind = family == AF_INET ? 8 : 128;
    wire->fixed = ((uint32_t)wire->kind << 8) + wire->ident + sum_of((const uint8_t *)padding, PADDING);
    return wire;
}

EXPORT void echo_close(struct wire *wire) { free(wire); }

EXPORT int64_t echo_outstanding(const struct wire *wire) { return wire->outstanding; }

EXPORT void echo_forget(struct wire *wire, int sequence) {
    struct awaited *one = &wire->awaited[sequence & 0xFFFF];
    wire->outstanding -= one->here;
    one->here = 0;
}

static void write_request(const struct wire *wire, uint8_t *to, uint16_t sequence, const uint8_t *token) {
    uint32_t sum = wire->fixed + sequence + sum_of(token, TOKEN);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = ~((sum & 0xFFFF) + (sum >> 16));
    const uint8_t head[HEAD - TOKEN] = {
        wire->kind, 0, (uint8_t)(sum >> 8), (uint8_t)sum,
        (uint8_t)(wire->ident >> 8), (uint8_t)wire->ident, (uint8_t)(sequence >> 8), (uint8_t)sequence};
    memcpy(to, head, sizeof head);
    memcpy(to + sizeof head, token, TOKEN);
    memcpy(to + HEAD, padding, PADDING);
}

/* Sends at most BATCH requests; how many the kernel took, or -errno when not even the first. */
EXPORT int echo_send(struct wire *wire, const uint8_t *names, const int64_t *numbers, const uint8_t *tokens,
                       int count, uint16_t *sequences) {
    uint8_t octets[BATCH][REQUEST];
    struct mmsghdr out[BATCH];
    struct iovec parts[BATCH];
    if (count > BATCH) count = BATCH;
    if (wire->outstanding + count > SEQUENCES) return -EAGAIN;
    memset(out, 0, sizeof out);
    for (int i = 0; i < count; i++) {
        while (wire->awaited[wire->next].here) wire->next++;
        sequences[i] = wire->next++;
        write_request(wire, octets[i], sequences[i], tokens + i * TOKEN);
        parts[i] = (struct iovec){octets[i], REQUEST};
        out[i].msg_hdr.msg_name = (void *)(names + i * wire->name_octets);
        out[i].msg_hdr.msg_namelen = (socklen_t)wire->name_octets;
        out[i].msg_hdr.msg_iov = &parts[i], out[i].msg_hdr.msg_iovlen = 1;
    }
    int sent = sendmmsg(wire->sock, out, (unsigned)count, MSG_DONTWAIT);
    if (sent < 0) return -errno;
    for (int i = 0; i < sent; i++) {
        struct awaited *one = &wire->awaited[sequences[i]];
        one->number = numbers[i], one->here = 1;
        memcpy(one->name, names + i * wire->name_octets, (size_t)wire->name_octets);
        memcpy(one->token, tokens + i * TOKEN, TOKEN);
    }
    wire->outstanding += sent;
    return sent;
}

static double stamp_of(struct msghdr *of) {
    for (struct cmsghdr *note = CMSG_FIRSTHDR(of); note; note = CMSG_NXTHDR(of, note)) {
        struct timespec at;
        if (note->cmsg_level != SOL_SOCKET || note->cmsg_type != SCM_TIMESTAMPNS) continue;
        if (note->cmsg_len < CMSG_LEN(sizeof at)) continue;
        memcpy(&at, CMSG_DATA(note), sizeof at);
        return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
    }
    return 0;
}

/* The sequence that a packet answers, or -1; it is awaited no more. */
static int matched(struct wire *wire, const uint8_t *octets, size_t held, size_t length, const uint8_t *name,
                   size_t name_length) {
    size_t start = wire->headed && held ? (size_t)(octets[0] & 0x0F) * 4 : 0;
    if (length < start + REPLY || held < start + REPLY) return -1;
    int sequence = octets[start + 6] << 8 | octets[start + 7];
    struct awaited *one = &wire->awaited[sequence];
    if (!one->here || name_length != (size_t)wire->name_octets) return -1;
    if (memcmp(one->token, octets + start + 8, TOKEN) || memcmp(one->name, name, name_length)) return -1;
    echo_forget(wire, sequence);
    return sequence;
}

/* Takes in what is there; how many were replies. Leaves 1 in *left when more may be there. */
EXPORT int echo_receive(struct wire *wire, int64_t *numbers, uint16_t *sequences, double *stamps, int *left) {
    uint8_t octets[BATCH][ROOM], names[BATCH][NAME];
    _Alignas(struct cmsghdr) uint8_t notes[BATCH][NOTES];
    struct mmsghdr in[BATCH];
    struct iovec parts[BATCH];
    int found = 0;
    *left = 1;
    for (int taken = 0; taken < DRAIN; taken += BATCH) {
        memset(in, 0, sizeof in);
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){octets[i], ROOM};
            in[i].msg_hdr = (struct msghdr){names[i], NAME, &parts[i], 1, notes[i], NOTES, 0};
        }
        int count = recvmmsg(wire->sock, in, BATCH, MSG_DONTWAIT, NULL);
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) { *left = 0; break; }
        for (int i = 0; i < count; i++) {
            size_t length = in[i].msg_len, held = length < ROOM ? length : ROOM;
            int sequence = matched(wire, octets[i], held, length, names[i], in[i].msg_hdr.msg_namelen);
            if (sequence < 0) continue;
            numbers[found] = wire->awaited[sequence].number;
            sequences[found] = (uint16_t)sequence;
            stamps[found++] = stamp_of(&in[i].msg_hdr);
        }
    }
    return found;
}
