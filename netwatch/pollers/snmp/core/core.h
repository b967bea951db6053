/* The compiled core: what `netwatch.pollers.snmp.asker` does, for machines that have a C compiler.
 *
 * Plain C behind ctypes: it knows nothing of Python, so it needs no headers of it and fits every
 * version. The rules are those of the pure asker, to the letter; tests hold the two against each
 * other on every input they can think of. Change both or neither.
 *
 *   ber.c    octets <-> what they say; strict, never beyond the datagram
 *   jobs.c   what is under way with one agent: single objects, or a walk; results as JSON
 *   books.c  who is asked, who is awaited, what is due, what there is to tell
 *   asker.c  window, sockets, patience; the functions that Python calls
 *   echo.c   echo requests and replies by the batch
 *   screen.c a first look at what strangers send
 *
 * Memory that cannot be had ends the process: the engine is started again, nothing becomes silence.
 */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

enum { MOST_OCTETS = 8192, MOST_BINDS = 200, MOST_INT_OCTETS = 8, MOST_ARCS = 128 };
enum { INTEGER = 0x02, OCTETS = 0x04, NOTHING = 0x05, OID = 0x06, SEQUENCE = 0x30 };
enum { IPADDRESS = 0x40, COUNTER32 = 0x41, TIMETICKS = 0x43, OPAQUE = 0x44, COUNTER64 = 0x46 };
enum { NO_SUCH_OBJECT = 0x80, NO_SUCH_INSTANCE = 0x81, END_OF_MIB = 0x82 };
enum { GET = 0xA0, GETNEXT = 0xA1, RESPONSE = 0xA2, GETBULK = 0xA5 };
enum { ANSWERED = 0, SILENT = 1, BLIND = 2 };
enum { REPETITIONS = 25, WHY = 160 };

/* -- octets --------------------------------------------------------------------------------------- */

/* A stretch of octets that belongs to somebody else. */
struct part { const uint8_t *at; uint32_t size; };

struct buffer { uint8_t *octets; size_t size, room; };

void *need(void *memory);
void room_for(struct buffer *to, size_t more);
void put(struct buffer *to, const void *octets, size_t size);
void put_text(struct buffer *to, const char *text);
void put_number(struct buffer *to, uint64_t number);
void put_json_text(struct buffer *to, struct part octets);

struct bind { struct part name, value; uint8_t tag; };

struct message {
    int64_t version, request_id, status, index;
    struct part community;
    uint8_t tag;
    int64_t at, end; /* of the list of bindings */
    int binds;
    struct bind bind[MOST_BINDS];
};

/* All false with `why` written when something is not strictly right. */
bool open_message(struct part datagram, struct message *to, char why[WHY]);
bool open_binds(struct part datagram, struct message *to, char why[WHY]);

int arcs_of(struct part name, uint32_t arcs[MOST_ARCS], char why[WHY]); /* 0: they spell none */
int further(struct part index, struct part than); /* <0, 0, >0 as index is before, at or after */
void put_index(struct buffer *to, struct part index);
void put_value(struct buffer *to, uint8_t tag, struct part value);

/* A request of `names`; false where it does not fit. The request id is filled in at once. */
struct request { int version, pdu, repetitions; struct part community; uint32_t id; };
size_t request_size(const struct request *asked, const struct part *names, int count);
void put_request(uint8_t *to, const struct request *asked, const struct part *names, int count);

/* -- what is under way -------------------------------------------------------------------------- */

/* A set of names that is asked for; shared, and counted. */
struct names { int uses, count; struct part name[]; };

struct asking;

struct agent {
    int uses, version, door;
    int repetitions, calm, calm_wanted; /* so many at a time; since then; until it is tried with more */
    bool busy, silent;
    double quickest;
    struct part community;
    struct sockaddr_in6 where; /* or a sockaddr_in, by its family */
    struct asking *first, *last; /* what waits until the agent is free */
    uint8_t octets[];
};

struct cell { uint32_t at; uint16_t size; uint8_t tag; bool there; };

/* Single objects: `cell` has one for each name, `todo` the places still to be asked. */
struct get { int *todo, left, batch, asked, requests; struct cell *cell; };

/* A walk. A row has an index and a cell for each column; `last` is the row that a column came to. */
struct walk {
    int *open, *room, *last, opened, at_once, most_rows, requests, repetitions;
    bool *ended, lighter;
    size_t octets;
    struct cell *index, *cell;
    uint32_t rows, rows_room, *slot, slots;
    char stopped[64];
};

struct asking {
    int64_t number;
    struct agent *agent;
    struct names *names;
    double timeout, first_at, sent_at, cut_at;
    int retries, left, sends, again, young, weight, rows, bearing;
    uint32_t request_id, slot;
    bool begun, queued, done, walks;
    char *detail, *doubt;
    struct asking *next, *next_awaited;
    struct buffer kept; /* the octets of cells */
    union { struct get get; struct walk walk; };
};

void begin(struct asking *one);
void finish(struct asking *one);
void said(char **where, const char *text);

/* What to send now: the number of names, which stay where they are until the next call. */
int wanted(struct asking *one, struct request *to, struct part *names);
/* -1: not believed, `why` is written; 0: that was all; 1: more must be asked. */
int take(struct asking *one, const struct message *answer, size_t octets, char why[WHY]);
void cut_short(struct asking *one, const char *why);
bool spare(struct asking *one);
void put_result(struct buffer *to, struct asking *one, bool *has_names);
extern uint32_t hash_seed;
