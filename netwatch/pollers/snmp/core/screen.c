/* A look at a datagram from strangers: `netwatch.wire.screen` at C's pace, for floods of large ones. */
#include "core.h"

enum { MOST_DEPTH = 8, MOST_ELEMENTS = 3 * MOST_BINDS + 40, CONSTRUCTED = 0x20, LONG_TAG = 0x1F };

static bool is_integer(uint8_t tag) {
    return tag == INTEGER || tag == COUNTER32 || tag == 0x42 || tag == TIMETICKS || tag == COUNTER64;
}

static bool too_many_arcs(const uint8_t *octets, uint64_t size) {
    int arcs = 0;
    for (uint64_t i = 0; i < size; i++) arcs += octets[i] < 0x80;
    return arcs >= MOST_ARCS;
}

/* A version other than 0, 1 and 3 is none; so is an integer of nine octets, whatever its value. */
static int version_of(const uint8_t *octets, uint64_t size) {
    for (uint64_t i = 0; i + 1 < size; i++)
        if (octets[i]) return -1;
    uint8_t last = octets[size - 1];
    return last == 0 || last == 1 || last == 3 ? last : -1;
}

/* The version field of a harmless datagram; -1: it is none. */
EXPORT int screened(const uint8_t *octets, int count) {
    uint64_t ends[MOST_DEPTH], end = (uint64_t)count, at = 0;
    int depth = 0, version = -1;
    if (count <= 0 || count > MOST_OCTETS || octets[0] != SEQUENCE) return -1;
    for (int number = 0; number < MOST_ELEMENTS; number++) {
        while (at == end) {
            if (!depth) return version;
            end = ends[--depth];
        }
        if (at + 2 > end) return -1;
        uint8_t tag = octets[at];
        uint64_t size = octets[at + 1];
        at += 2;
        if (size & 0x80) {
            int longer = (int)(size & 0x7F);
            if (longer < 1 || longer > 4 || at + (uint64_t)longer > end) return -1;
            for (size = 0; longer; longer--) size = size << 8 | octets[at++];
        }
        uint64_t stop = at + size;
        if (stop > end || (tag & LONG_TAG) == LONG_TAG) return -1;
        if (tag & CONSTRUCTED) {
            if (depth == MOST_DEPTH) return -1;
            ends[depth++] = end;
            end = stop;
            continue;
        }
        if (is_integer(tag)) {
            if (size < 1 || size > MOST_INT_OCTETS + 1) return -1;
            if (number == 1) version = version_of(octets + at, size);
        } else if (tag == OID && size >= MOST_ARCS && too_many_arcs(octets + at, size)) {
            return -1;
        }
        at = stop;
    }
    return -1;
}
