/* Octets <-> what they say. Each check and each word is that of `netwatch.wire.scan`. */
#include "core.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *need(void *memory) {
    if (!memory) {
        fputs("netwatch engine: no memory\n", stderr);
        abort();
    }
    return memory;
}

void room_for(struct buffer *to, size_t more) {
    if (to->room - to->size >= more) return;
    while (to->room - to->size < more) to->room = to->room ? to->room * 2 : 512;
    to->octets = need(realloc(to->octets, to->room));
}

void put(struct buffer *to, const void *octets, size_t size) {
    room_for(to, size);
    if (size) memcpy(to->octets + to->size, octets, size);
    to->size += size;
}

void put_text(struct buffer *to, const char *text) { put(to, text, strlen(text)); }

void put_number(struct buffer *to, uint64_t number) {
    char digits[20];
    int at = sizeof digits;
    for (; number >= 100; number /= 100) {
        int two = (int)(number % 100);
        digits[--at] = (char)('0' + two % 10), digits[--at] = (char)('0' + two / 10);
    }
    if (number >= 10) digits[--at] = (char)('0' + number % 10), number /= 10;
    digits[--at] = (char)('0' + number);
    put(to, digits + at, sizeof digits - (size_t)at);
}

/* Octets as latin-1 text, written in UTF-8. */
void put_json_text(struct buffer *to, struct part octets) {
    static const char hex[] = "0123456789abcdef";
    room_for(to, (size_t)octets.size * 6 + 2);
    uint8_t *out = to->octets + to->size;
    *out++ = '"';
    for (uint32_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.at[i];
        if (octet >= 0x80) {
            *out++ = (uint8_t)(0xC0 | octet >> 6), *out++ = 0x80 | (octet & 0x3F);
        } else if (octet < 0x20) {
            memcpy(out, "\\u00", 4), out += 4;
            *out++ = (uint8_t)hex[octet >> 4], *out++ = (uint8_t)hex[octet & 15];
        } else {
            if (octet == '"' || octet == '\\') *out++ = '\\';
            *out++ = octet;
        }
    }
    *out++ = '"';
    to->size = (size_t)(out - to->octets);
}

/* -- reading -------------------------------------------------------------------------------------- */

static bool wrong(char why[WHY], const char *format, ...) {
    va_list words;
    va_start(words, format);
    vsnprintf(why, WHY, format, words);
    va_end(words);
    return false;
}

static bool cut_off(char why[WHY]) { return wrong(why, "the datagram ends inside an element"); }

/* The length at `*at`, which then is behind it. What a length says beyond the end counts nothing,
 * and what it promises is held against what holds it by whoever asks. */
static bool length(struct part in, int64_t *at, int64_t *size, char why[WHY]) {
    if (*at >= in.size) return cut_off(why);
    *size = in.at[*at];
    if (*size < 0x80) {
        ++*at;
        return true;
    }
    int octets = (int)*size - 0x80;
    if (octets < 1 || octets > 4) return wrong(why, "a length of %d octets at octet %lld", octets, (long long)*at);
    *size = 0;
    for (int64_t i = *at + 1; i <= *at + octets && i < in.size; i++) *size = *size << 8 | in.at[i];
    *at += 1 + octets;
    return true;
}

static bool span(struct part in, int64_t *at, int64_t end, uint8_t tag, int64_t *stop, char why[WHY]) {
    if (*at >= in.size) return cut_off(why);
    if (in.at[*at] != tag)
        return wrong(why, "tag 0x%x expected at octet %lld, found 0x%x", tag, (long long)*at, in.at[*at]);
    int64_t size;
    ++*at;
    if (!length(in, at, &size, why)) return false;
    if (*at + size > end)
        return wrong(why, "an element at octet %lld is longer than what holds it", (long long)*at);
    *stop = *at + size;
    return true;
}

static int64_t signed_number(struct part value) {
    uint64_t number = value.at[0] & 0x80 ? UINT64_MAX : 0;
    for (uint32_t i = 0; i < value.size; i++) number = number << 8 | value.at[i];
    return (int64_t)number;
}

static uint64_t plain_number(struct part value) {
    uint64_t number = 0;
    for (uint32_t i = 0; i < value.size; i++) number = number << 8 | value.at[i];
    return number;
}

static bool integer(struct part in, int64_t *at, int64_t end, int64_t *number, char why[WHY]) {
    int64_t stop;
    if (!span(in, at, end, INTEGER, &stop, why)) return false;
    int64_t size = stop - *at;
    if (size < 1 || size > MOST_INT_OCTETS)
        return wrong(why, "an integer of %lld octets", (long long)size);
    *number = signed_number((struct part){in.at + *at, (uint32_t)size});
    *at = stop;
    return true;
}

bool open_message(struct part in, struct message *to, char why[WHY]) {
    int64_t at = 0, end, stop;
    if (in.size > MOST_OCTETS)
        return wrong(why, "a datagram of %u octets; at most %d are read", in.size, MOST_OCTETS);
    if (!span(in, &at, in.size, SEQUENCE, &end, why)) return false;
    if (end != in.size) return wrong(why, "octets follow after the message");
    if (!integer(in, &at, end, &to->version, why)) return false;
    if (to->version != 0 && to->version != 1)
        return wrong(why, "SNMP version field %lld: neither v1 (0) nor v2c (1)", (long long)to->version);
    if (!span(in, &at, end, OCTETS, &stop, why)) return false;
    to->community = (struct part){in.at + at, (uint32_t)(stop - at)};
    if (stop >= in.size) return cut_off(why);
    at = stop, to->tag = in.at[at];
    if (!span(in, &at, end, to->tag, &stop, why)) return false;
    if (stop != end) return wrong(why, "octets follow after the PDU");
    if (!integer(in, &at, end, &to->request_id, why) || !integer(in, &at, end, &to->status, why) ||
        !integer(in, &at, end, &to->index, why))
        return false;
    to->at = at, to->end = end;
    return true;
}

static bool fits(uint8_t tag, struct part value, char why[WHY]) {
    switch (tag) {
    case COUNTER32: case COUNTER32 + 1: case TIMETICKS:
        return (value.size >= 1 && value.size <= MOST_INT_OCTETS) ||
               wrong(why, "a counter of %u octets", value.size);
    case INTEGER:
        return (value.size >= 1 && value.size <= MOST_INT_OCTETS) ||
               wrong(why, "an integer of %u octets", value.size);
    case COUNTER64:
        return (value.size >= 1 && value.size <= 9 && (value.size < 9 || !value.at[0])) ||
               wrong(why, "a counter of %u octets", value.size);
    case OCTETS: case OPAQUE:
        return true;
    case OID: {
        uint32_t arcs[MOST_ARCS];
        return arcs_of(value, arcs, why) > 0;
    }
    case NOTHING: case NO_SUCH_OBJECT: case NO_SUCH_INSTANCE: case END_OF_MIB:
        return !value.size || wrong(why, "tag 0x%x must be empty", tag);
    case IPADDRESS:
        return value.size == 4 || wrong(why, "an address of %u octets", value.size);
    default:
        return wrong(why, "tag 0x%x has no place in SNMP", tag);
    }
}

bool open_binds(struct part in, struct message *to, char why[WHY]) {
    int64_t at = to->at, end = to->end, stop, size, mid;
    int count = 0;
    if (!span(in, &at, end, SEQUENCE, &stop, why)) return false;
    if (stop != end) return wrong(why, "octets follow after the list of bindings");
    while (at < end) {
        if (in.at[at] != SEQUENCE) return wrong(why, "no binding at octet %lld", (long long)at);
        at++;
        if (!length(in, &at, &size, why)) return false;
        stop = at + size;
        if (stop <= end && at >= in.size) return cut_off(why);
        if (stop > end || in.at[at] != OID)
            return wrong(why, "a binding at octet %lld is too long or bears no name", (long long)at);
        at++;
        if (!length(in, &at, &size, why)) return false;
        mid = at + size;
        if (mid + 2 > stop)
            return wrong(why, "a binding at octet %lld has no room for its value", (long long)at);
        struct bind one = {.name = {in.at + at, (uint32_t)size}, .tag = in.at[mid]};
        at = mid + 1;
        if (!length(in, &at, &size, why)) return false;
        if (at + size != stop)
            return wrong(why, "a value at octet %lld does not fill its binding", (long long)at);
        one.value = (struct part){in.at + at, (uint32_t)size};
        if (!fits(one.tag, one.value, why)) return false;
        if (count < MOST_BINDS) to->bind[count] = one;
        count++;
        at = stop;
    }
    if (count > MOST_BINDS) return wrong(why, "%d bindings; at most %d are read", count, MOST_BINDS);
    to->binds = count;
    return true;
}

int arcs_of(struct part name, uint32_t arcs[MOST_ARCS], char why[WHY]) {
    if (!name.size || name.at[name.size - 1] & 0x80) {
        wrong(why, "an object identifier is empty or ends inside an arc");
        return 0;
    }
    if (name.size > MOST_ARCS * 5) {
        wrong(why, "an object identifier is too long");
        return 0;
    }
    int count = 0;
    uint64_t arc = 0;
    for (uint32_t i = 0; i < name.size; i++) {
        uint8_t octet = name.at[i];
        if (octet == 0x80 && !arc) {
            wrong(why, "an arc is padded with zeros");
            return 0;
        }
        if (arc <= UINT32_MAX) arc = arc << 7 | (octet & 0x7F); /* beyond, it does not fit anyway */
        if (octet & 0x80) continue;
        if (arc > UINT32_MAX) {
            wrong(why, "an arc does not fit into 32 bits");
            return 0;
        }
        if (count < MOST_ARCS) arcs[count] = (uint32_t)arc;
        count++;
        arc = 0;
    }
    if (count >= MOST_ARCS) {
        wrong(why, "an object identifier has more than %d arcs", MOST_ARCS);
        return 0;
    }
    return count;
}

/* The size of the arc at `i`; well-formed indexes only. */
static uint32_t arc_size(struct part index, uint32_t i) {
    uint32_t size = 1;
    while (index.at[i + size - 1] & 0x80) size++;
    return size;
}

int further(struct part index, struct part than) {
    uint32_t i = 0;
    while (i < index.size && i < than.size) {
        uint32_t ours = arc_size(index, i), theirs = arc_size(than, i);
        if (ours != theirs) return ours < theirs ? -1 : 1;
        int order = memcmp(index.at + i, than.at + i, ours);
        if (order) return order;
        i += ours;
    }
    return index.size == than.size ? 0 : index.size < than.size ? -1 : 1;
}

/* -- writing -------------------------------------------------------------------------------------- */

void put_index(struct buffer *to, struct part index) {
    uint32_t arc = 0;
    put(to, "\"", 1);
    for (uint32_t i = 0; i < index.size; i++) {
        arc = arc << 7 | (index.at[i] & 0x7F);
        if (index.at[i] & 0x80) continue;
        put_number(to, arc);
        if (i + 1 < index.size) put(to, ".", 1);
        arc = 0;
    }
    put(to, "\"", 1);
}

static void put_arcs(struct buffer *to, struct part name) {
    uint32_t arcs[MOST_ARCS];
    char why[WHY];
    int count = arcs_of(name, arcs, why);
    uint32_t root = arcs[0] / 40 > 2 ? 2 : arcs[0] / 40;
    put(to, "[", 1);
    put_number(to, root);
    put(to, ",", 1);
    put_number(to, arcs[0] - 40 * root);
    for (int i = 1; i < count; i++) {
        put(to, ",", 1);
        put_number(to, arcs[i]);
    }
    put(to, "]", 1);
}

void put_value(struct buffer *to, uint8_t tag, struct part value) {
    switch (tag) {
    case INTEGER: {
        int64_t number = signed_number(value);
        if (number < 0) put(to, "-", 1);
        put_number(to, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
        return;
    }
    case COUNTER32: case COUNTER32 + 1: case TIMETICKS: case COUNTER64:
        put_number(to, plain_number(value));
        return;
    case OCTETS: case OPAQUE: case IPADDRESS:
        put_json_text(to, value);
        return;
    case OID:
        put_arcs(to, value);
        return;
    default:
        put_text(to, "null");
    }
}

static size_t head_size(size_t size) { return size < 0x80 ? 2 : size < 0x100 ? 3 : size < 0x10000 ? 4 : 5; }

static uint8_t *put_head(uint8_t *to, uint8_t tag, size_t size) {
    int octets = (int)head_size(size) - 2;
    *to++ = tag;
    if (octets) *to++ = (uint8_t)(0x80 | octets);
    else octets = 1;
    while (octets--) *to++ = (uint8_t)(size >> 8 * octets);
    return to;
}

static size_t tlv_size(size_t size) { return head_size(size) + size; }

static size_t binds_size(const struct part *names, int count) {
    size_t size = 0;
    for (int i = 0; i < count; i++) size += tlv_size(tlv_size(names[i].size) + 2);
    return size;
}

/* The PDU: a request id of four octets, and two numbers below 128. */
static size_t pdu_size(size_t binds) { return 6 + 3 + 3 + tlv_size(binds); }

size_t request_size(const struct request *asked, const struct part *names, int count) {
    size_t pdu = pdu_size(binds_size(names, count));
    return tlv_size(3 + tlv_size(asked->community.size) + tlv_size(pdu));
}

static uint8_t *put_small(uint8_t *to, int number) {
    *to++ = INTEGER, *to++ = 1, *to++ = (uint8_t)number;
    return to;
}

void put_request(uint8_t *to, const struct request *asked, const struct part *names, int count) {
    size_t binds = binds_size(names, count), pdu = pdu_size(binds);
    to = put_head(to, SEQUENCE, 3 + tlv_size(asked->community.size) + tlv_size(pdu));
    to = put_small(to, asked->version);
    to = put_head(to, OCTETS, asked->community.size);
    memcpy(to, asked->community.at, asked->community.size);
    to = put_head(to + asked->community.size, (uint8_t)asked->pdu, pdu);
    *to++ = INTEGER, *to++ = 4;
    for (int i = 24; i >= 0; i -= 8) *to++ = (uint8_t)(asked->id >> i);
    to = put_small(to, 0);
    to = put_small(to, asked->repetitions);
    to = put_head(to, SEQUENCE, binds);
    for (int i = 0; i < count; i++) {
        to = put_head(to, SEQUENCE, tlv_size(names[i].size) + 2);
        to = put_head(to, OID, names[i].size);
        memcpy(to, names[i].at, names[i].size);
        to += names[i].size;
        *to++ = NOTHING, *to++ = 0;
    }
}
