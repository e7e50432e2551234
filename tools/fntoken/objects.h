/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_OBJECTS_H
#define FNTOKEN_OBJECTS_H

#include "findings.h"
#include "yaml_tree.h"

/* The Kubernetes objects in trees, as the JSON array that fnt_iam_new takes, and the way back from a JSON pointer in it to file and
 * line. */

typedef struct {
    const char *file; /* owned by the collection */
    const tree *tree;
    size_t root;
} object;

typedef struct {
    struct source {
        char *file;
        tree tree;
    } **sources;      /* pointers, so that objects may point at them while more come */
    size_t source_count, source_size;
    object *objects;
    size_t object_count, object_size;
    text json;
} objects;

/* Reads one file's text and appends its objects to the JSON. Lists ("kind: List") are taken apart. Objects of iam.openfaas.com are
 * looked at closely: what no two readers of YAML understand alike is an error. Of other objects only their names go on, and the
 * library notes and skips them. Everything that is wrong goes into findings. */
void objects_add(objects *all, const char *file, const text *content, findings *found);

/* Ends the JSON array; nothing may be added after that. */
void objects_finish(objects *all);

/* "/3/spec/aud" to the place where that stands, or of what is there above it. */
void objects_place(const objects *all, const char *pointer, const char **file, int *line);
void objects_free(objects *all);

#endif
