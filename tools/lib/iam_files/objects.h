/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_OBJECTS_H
#define FNTOKEN_LIB_IAM_FILES_OBJECTS_H

#include "lib/iam_files/findings.h"
#include "lib/iam_files/tree.h"

/* The Kubernetes objects in files, as the JSON array that fnt_iam_new takes, and the way back from
 * a JSON pointer in it to file and line. */

typedef struct {
    const char *file; /* owned by the collection, as the tree */
    const tree *tree;
    size_t root;
    bool ours;   /* of iam.openfaas.com; of others only the names are passed on */
    bool broken; /* for objects_sweep */
} object;

typedef struct source source;

typedef struct {
    source **sources;
    size_t source_count, source_capacity;
    object *at;
    size_t count, capacity;
    size_t seen; /* all that was there, whatever it was */
} objects;

/* Reads one file's text. Lists ("kind: List") are taken apart. Objects of iam.openfaas.com are
 * checked strictly: one that readers of YAML could understand differently is left out. Everything
 * that is wrong goes into findings. */
void objects_add(objects *all, const char *file, const text *content, findings *found);
void objects_free(objects *all);

/* Takes out the objects that are marked as broken: how many. */
size_t objects_sweep(objects *all);

/* Whether one of those from that number on is of iam.openfaas.com. */
bool objects_any_ours(const objects *all, size_t from);

/* Takes out those of other groups and namespaces; "*" is every namespace. */
void objects_keep_loaded(objects *all, const char *namespaces);

/* Appends the array; or KIND NAMESPACE/NAME FILE:LINE, a line each. */
void objects_json(const objects *all, text *json);
void objects_list(const objects *all, text *list);

/* "/3/spec/aud" to file and line of that, or of the nearest parent that exists; the object, or
 * NULL. pointer may be NULL. */
object *objects_locate(const objects *all, const char *pointer, const char **file, int *line);

#endif
