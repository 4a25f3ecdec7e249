/* The transactions of a clustered database: see raft_log.h. */
#include "harness/record/raft_log.h"

/* A transaction with the schema, or null, before it; either may be null. */
static bool
take_data(struct raft_log *log, const json_t *data)
{
    const json_t *transaction = json_array_get(data, 1);

    return !json_is_object(transaction) || journal_take(log->journal, transaction);
}

static json_int_t
index_of(const json_t *entry)
{
    return json_integer_value(json_object_get(entry, "index"));
}

/* Entries up to that index count. */
static bool
commit(struct raft_log *log, json_int_t index)
{
    const size_t entries = json_array_size(log->entries);
    bool whole = true;

    while (whole && log->taken < entries &&
           index_of(json_array_get(log->entries, log->taken)) <= index) {
        whole = take_data(log, json_object_get(json_array_get(log->entries, log->taken), "data"));
        log->taken++;
    }
    if (log->taken == entries) {
        json_array_clear(log->entries);
        log->taken = 0;
    }
    return whole;
}

/* An entry takes the place of one of the same index, and of all behind that. */
static bool
add(struct raft_log *log, json_t *entry)
{
    size_t entries = json_array_size(log->entries);

    while (entries > log->taken &&
           index_of(json_array_get(log->entries, entries - 1)) >= index_of(entry)) {
        json_array_remove(log->entries, --entries);
    }
    if (log->entries == NULL) {
        log->entries = json_array();
    }
    return json_array_append(log->entries, entry) == 0;
}

bool
raft_log_is_sound(const json_t *record)
{
    const json_t *index = json_object_get(record, "index");
    const json_t *committed = json_object_get(record, "commit_index");

    return (!json_is_integer(index) || json_integer_value(index) > 0) &&
           (!json_is_integer(committed) || json_integer_value(committed) >= 0);
}

bool
raft_log_take(struct raft_log *log, json_t *record)
{
    const json_t *before = json_object_get(record, "prev_data");
    const json_t *committed = json_object_get(record, "commit_index");

    if (json_is_array(before)) { /* what there was when the file was begun */
        log->record->understood++;
        return take_data(log, before);
    }
    if (json_is_integer(json_object_get(record, "index"))) {
        log->record->understood++;
        return add(log, record);
    }
    if (json_is_integer(committed)) {
        log->commits = true;
        return commit(log, json_integer_value(committed));
    }
    /* A term, a vote, a leader, a note. */
    log->record->left_out +=
        json_object_get(record, "term") == NULL && json_object_get(record, "note") == NULL;
    return true;
}

bool
raft_log_end(struct raft_log *log)
{
    const bool whole = log->commits || commit(log, INT64_MAX);
    const size_t left = json_array_size(log->entries) - log->taken;

    if (left > 0) {
        log->record->lacks = "whether its last entries count: most servers of the cluster would "
                             "have to have them, and they are left out";
    }
    json_decref(log->entries);
    log->entries = NULL;
    return whole;
}
