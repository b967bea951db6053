/* What is under way with one agent: single objects, or a walk. The rules are those of
 * `netwatch.pollers.snmp.jobs` and `netwatch.pollers.snmp.walk`. */
#include "core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOO_BIG = 1, NO_SUCH_NAME = 2, GENERAL_ERROR = 5, NO_ACCESS = 6 };
enum { MOST_GETS = 64, MOST_WALKS = 4000, MOST_WALKED = 2 << 20, MOST_CALM = 4096 };

uint32_t hash_seed;

void said(char **where, const char *text) {
    free(*where);
    *where = *text ? need(strdup(text)) : NULL;
}

static void refuses(struct asking *one, int64_t status) {
    char text[WHY];
    snprintf(text, sizeof text, "the agent refuses with error status %lld", (long long)status);
    said(&one->detail, text);
}

static struct cell keep(struct asking *one, uint8_t tag, struct part value) {
    struct cell cell = {(uint32_t)one->kept.size, (uint16_t)value.size, tag, true};
    put(&one->kept, value.at, value.size);
    return cell;
}

static struct part kept(const struct asking *one, struct cell cell) {
    return (struct part){one->kept.octets + cell.at, cell.size};
}

static void put_cell(struct buffer *to, const struct asking *one, struct cell cell, bool *has_names) {
    if (!cell.there) {
        put_text(to, "null");
        return;
    }
    if (cell.tag == OID) *has_names = true;
    put_value(to, cell.tag, kept(one, cell));
}

/* -- single objects ----------------------------------------------------------------------------- */

static void get_begin(struct asking *one) {
    struct get *get = &one->get;
    int count = one->names->count;
    get->cell = need(calloc((size_t)count, sizeof *get->cell));
    get->todo = need(calloc((size_t)count, sizeof *get->todo));
    for (int i = 0; i < count; i++) get->todo[i] = i;
    get->left = get->batch = count;
}

static int get_wanted(struct asking *one, struct request *to, struct part *names) {
    struct get *get = &one->get;
    get->asked = get->left < get->batch ? get->left : get->batch;
    for (int i = 0; i < get->asked; i++) names[i] = one->names->name[get->todo[i]];
    to->pdu = GET;
    return get->asked;
}

static void get_done(struct get *get, int from, int count) {
    get->left -= count;
    memmove(get->todo + from, get->todo + from + count, (size_t)(get->left - from) * sizeof *get->todo);
}

/* Go on without the object that the agent refuses, or with fewer at a time. */
static int get_refused(struct asking *one, int64_t status, int64_t index) {
    struct get *get = &one->get;
    if (status == TOO_BIG && get->batch > 1) {
        get->batch = ((get->batch < get->asked ? get->batch : get->asked) + 1) / 2;
        return 1;
    }
    bool known = status == NO_SUCH_NAME || status == GENERAL_ERROR || status == NO_ACCESS;
    if (known && index >= 1 && index <= get->asked) {
        get->cell[get->todo[index - 1]] = (struct cell){.tag = NOTHING, .there = true};
        get_done(get, (int)index - 1, 1);
        return get->left > 0;
    }
    refuses(one, status);
    get->left = 0;
    return 0;
}

static int get_take(struct asking *one, const struct message *answer, char why[WHY]) {
    struct get *get = &one->get;
    bool last = ++get->requests >= MOST_GETS;
    if (answer->status) return get_refused(one, answer->status, answer->index) && !last;
    if (!answer->binds || answer->binds > get->asked) {
        snprintf(why, WHY, "%d values came for %d that were asked", answer->binds, get->asked);
        return -1;
    }
    for (int i = 0; i < answer->binds; i++) {
        struct part asked = one->names->name[get->todo[i]], came = answer->bind[i].name;
        if (came.size != asked.size || memcmp(came.at, asked.at, came.size)) {
            snprintf(why, WHY, "another object came than was asked");
            return -1;
        }
    }
    for (int i = 0; i < answer->binds; i++)
        get->cell[get->todo[i]] = keep(one, answer->bind[i].tag, answer->bind[i].value);
    get_done(get, 0, answer->binds);
    return get->left && !last;
}

static void get_result(struct buffer *to, struct asking *one, bool *has_names) {
    struct get *get = &one->get;
    bool any = !get->left;
    for (int i = 0; i < one->names->count && !any; i++) any = get->cell[i].there;
    if (!any) {
        put_text(to, "null");
        return;
    }
    for (int i = 0; i < one->names->count; i++) {
        put(to, i ? "," : "[", 1);
        put_cell(to, one, get->cell[i], has_names);
    }
    put(to, "]", 1);
}

/* -- walks -------------------------------------------------------------------------------------- */

static void walk_begin(struct asking *one) {
    struct walk *walk = &one->walk;
    int columns = one->names->count, most = MOST_BINDS / columns;
    walk->open = need(calloc((size_t)columns * 3, sizeof *walk->open));
    walk->room = walk->open + columns, walk->last = walk->room + columns;
    walk->ended = need(calloc((size_t)columns, sizeof *walk->ended));
    for (int i = 0; i < columns; i++) {
        uint32_t arcs[MOST_ARCS];
        char why[WHY];
        walk->open[i] = i, walk->last[i] = -1;
        walk->room[i] = MOST_ARCS - 1 - arcs_of(one->names->name[i], arcs, why);
    }
    walk->opened = walk->at_once = columns;
    walk->most_rows = one->rows;
    walk->repetitions = one->bearing < most ? one->bearing : most;
    if (walk->repetitions < 1) walk->repetitions = 1;
}

static int walk_width(const struct walk *walk) {
    return walk->opened < walk->at_once ? walk->opened : walk->at_once;
}

static int walk_wanted(struct asking *one, struct request *to, struct part *names) {
    static struct buffer cursors;
    struct walk *walk = &one->walk;
    int width = walk_width(walk);
    cursors.size = 0;
    for (int i = 0; i < width; i++) {
        int column = walk->open[i];
        struct part prefix = one->names->name[column], index = {0};
        if (walk->last[column] >= 0) index = kept(one, walk->index[walk->last[column]]);
        put(&cursors, prefix.at, prefix.size);
        put(&cursors, index.at, index.size);
        names[i].size = prefix.size + index.size;
    }
    const uint8_t *at = cursors.octets; /* it moves no more */
    for (int i = 0; i < width; at += names[i++].size) names[i].at = at;
    if (walk->repetitions > one->agent->repetitions) walk->repetitions = one->agent->repetitions;
    to->pdu = to->version ? GETBULK : GETNEXT;
    to->repetitions = to->version ? walk->repetitions : 0;
    return width;
}

static void walk_says(struct walk *walk, const char *why) {
    if (!*walk->stopped) snprintf(walk->stopped, sizeof walk->stopped, "%s", why);
}

/* Ask for less at a time; false when it cannot be less. */
static bool walk_lighten(struct asking *one) {
    struct walk *walk = &one->walk;
    if (!one->agent->version || walk->repetitions <= 1) return false;
    walk->repetitions = walk->repetitions * 2 / 5;
    if (walk->repetitions < 1) walk->repetitions = 1;
    return walk->lighter = true;
}

static bool walk_narrow(struct walk *walk) {
    int asked = walk_width(walk);
    if (asked <= 1) return false;
    walk->at_once = (asked + 1) / 2;
    return true;
}

static void walk_end_column(struct walk *walk, int64_t position) {
    if (position < 1 || position > walk_width(walk)) {
        walk->opened = 0;
        return;
    }
    walk->opened--;
    memmove(walk->open + position - 1, walk->open + position,
            (size_t)(walk->opened - position + 1) * sizeof *walk->open);
}

static uint32_t hashed(struct part index) {
    uint32_t hash = hash_seed;
    for (uint32_t i = 0; i < index.size; i++) hash = (hash ^ index.at[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static bool is_row(const struct asking *one, uint32_t row, struct part index) {
    struct part there = kept(one, one->walk.index[row]);
    return there.size == index.size && !memcmp(there.at, index.at, index.size);
}

/* The slot in which the row of this index stands, or would. */
static uint32_t *slot_of(const struct asking *one, struct part index) {
    const struct walk *walk = &one->walk;
    uint32_t at = hashed(index) & (walk->slots - 1);
    while (walk->slot[at] && !is_row(one, walk->slot[at] - 1, index)) at = (at + 1) & (walk->slots - 1);
    return walk->slot + at;
}

static void walk_more_room(struct asking *one) {
    struct walk *walk = &one->walk;
    size_t columns = (size_t)one->names->count;
    walk->rows_room = walk->rows_room ? walk->rows_room * 2 : 64;
    walk->index = need(realloc(walk->index, walk->rows_room * sizeof *walk->index));
    walk->cell = need(realloc(walk->cell, walk->rows_room * columns * sizeof *walk->cell));
    free(walk->slot);
    walk->slots = walk->rows_room * 2;
    walk->slot = need(calloc(walk->slots, sizeof *walk->slot));
    for (uint32_t row = 0; row < walk->rows; row++) *slot_of(one, kept(one, walk->index[row])) = row + 1;
}

static uint32_t row_of(struct asking *one, struct part index, uint32_t near) {
    struct walk *walk = &one->walk;
    if (near < walk->rows && is_row(one, near, index)) return near;
    if (walk->rows == walk->rows_room) walk_more_room(one);
    uint32_t *slot = slot_of(one, index), columns = (uint32_t)one->names->count;
    if (*slot) return *slot - 1;
    walk->index[walk->rows] = keep(one, OCTETS, index);
    memset(walk->cell + (size_t)walk->rows * columns, 0, columns * sizeof *walk->cell);
    *slot = ++walk->rows;
    return *slot - 1;
}

/* Take one value; false when it is none of its column, which ends with it. */
static bool walk_bind(struct asking *one, int column, const struct bind *bind, uint32_t *row) {
    struct walk *walk = &one->walk;
    struct part prefix = one->names->name[column];
    if (bind->tag == NO_SUCH_OBJECT || bind->tag == NO_SUCH_INSTANCE || bind->tag == END_OF_MIB ||
        bind->name.size <= prefix.size || memcmp(bind->name.at, prefix.at, prefix.size))
        return false;
    struct part index = {bind->name.at + prefix.size, bind->name.size - prefix.size};
    uint32_t arcs[MOST_ARCS];
    char why[WHY];
    int count = arcs_of(index, arcs, why);
    if (!count || count > walk->room[column]) {
        walk_says(walk, "an index of the agent's is no object identifier");
        return false;
    }
    if (walk->last[column] >= 0 && further(index, kept(one, walk->index[walk->last[column]])) <= 0) {
        walk_says(walk, "the agent's names do not increase");
        return false;
    }
    *row = row_of(one, index, *row);
    walk->last[column] = (int)*row;
    walk->cell[(size_t)*row * (size_t)one->names->count + (size_t)column] = keep(one, bind->tag, bind->value);
    return true;
}

void cut_short(struct asking *one, const char *why) {
    if (!one->walks) {
        said(&one->detail, why);
        return;
    }
    walk_says(&one->walk, why);
    one->walk.opened = 0;
    said(&one->detail, one->walk.stopped);
}

static void walk_binds(struct asking *one, const struct message *answer, size_t octets) {
    struct walk *walk = &one->walk;
    int width = walk_width(walk), taken = 0, ended = 0;
    uint32_t row = 0;
    char why[64];
    memset(walk->ended, 0, (size_t)one->names->count);
    walk->octets += octets;
    walk->requests++;
    for (int i = 0; i < answer->binds; i++) {
        int column = walk->open[i % width];
        if (walk->ended[column]) continue;
        if (walk_bind(one, column, &answer->bind[i], &row)) taken++;
        else ended++, walk->ended[column] = true;
        if (walk->rows > (uint32_t)walk->most_rows) {
            walk->rows--;
            snprintf(why, sizeof why, "more than %d rows", walk->most_rows);
            walk_says(walk, why);
            for (int k = 0; k < width; k++) walk->ended[walk->open[k]] = true;
            ended++;
            break;
        }
    }
    int left = 0;
    for (int i = 0; i < walk->opened; i++)
        if (!walk->ended[walk->open[i]]) walk->open[left++] = walk->open[i];
    walk->opened = taken || ended ? left : 0;
    if (walk->octets > MOST_WALKED) {
        snprintf(why, sizeof why, "more than %d octets", MOST_WALKED);
        walk_says(walk, why), walk->opened = 0;
    }
    if (walk->requests >= MOST_WALKS) {
        snprintf(why, sizeof why, "no end after %d requests", MOST_WALKS);
        walk_says(walk, why), walk->opened = 0;
    }
}

/* Remember how much an agent can bear; after some calm it is tried with more. */
static void bears(struct agent *agent, int repetitions, bool lighter) {
    if (lighter && repetitions < agent->repetitions) {
        agent->repetitions = repetitions, agent->calm = 0;
        agent->calm_wanted = agent->calm_wanted * 4 < MOST_CALM ? agent->calm_wanted * 4 : MOST_CALM;
    } else if (!lighter && agent->repetitions < REPETITIONS && ++agent->calm >= agent->calm_wanted) {
        agent->repetitions = agent->repetitions * 2 < REPETITIONS ? agent->repetitions * 2 : REPETITIONS;
        agent->calm = 0;
    }
}

static int walk_take(struct asking *one, const struct message *answer, size_t octets) {
    struct walk *walk = &one->walk;
    if (answer->status == TOO_BIG && (walk_lighten(one) || walk_narrow(walk))) return 1;
    if (answer->status) {
        walk_end_column(walk, answer->index);
        if (answer->status != NO_SUCH_NAME) refuses(one, answer->status);
    } else {
        walk_binds(one, answer, octets);
        if (*walk->stopped) said(&one->detail, walk->stopped);
    }
    bears(one->agent, walk->repetitions, walk->lighter);
    return walk->opened > 0;
}

static void walk_result(struct buffer *to, struct asking *one, bool *has_names) {
    struct walk *walk = &one->walk;
    put(to, "{", 1);
    for (uint32_t row = 0; row < walk->rows; row++) {
        if (row) put(to, ",", 1);
        put_index(to, kept(one, walk->index[row]));
        const struct cell *cell = walk->cell + (size_t)row * (size_t)one->names->count;
        for (int i = 0; i < one->names->count; i++) {
            put_text(to, i ? "," : ":[");
            put_cell(to, one, cell[i], has_names);
        }
        put(to, "]", 1);
    }
    put(to, "}", 1);
}

/* -- both --------------------------------------------------------------------------------------- */

void begin(struct asking *one) {
    one->begun = true;
    if (one->walks) walk_begin(one);
    else get_begin(one);
}

void finish(struct asking *one) {
    if (one->walks) {
        free(one->walk.open), free(one->walk.ended), free(one->walk.index), free(one->walk.cell);
        free(one->walk.slot);
    } else {
        free(one->get.todo), free(one->get.cell);
    }
    free(one->kept.octets), free(one->detail), free(one->doubt);
}

int wanted(struct asking *one, struct request *to, struct part *names) {
    *to = (struct request){.version = one->agent->version, .community = one->agent->community};
    return one->walks ? walk_wanted(one, to, names) : get_wanted(one, to, names);
}

int take(struct asking *one, const struct message *answer, size_t octets, char why[WHY]) {
    return one->walks ? walk_take(one, answer, octets) : get_take(one, answer, why);
}

bool spare(struct asking *one) { return one->walks && walk_lighten(one) && one->walk.rows; }

void put_result(struct buffer *to, struct asking *one, bool *has_names) {
    if (one->walks) walk_result(to, one, has_names);
    else get_result(to, one, has_names);
}
