/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_OPS_METRICS_H
#define FNTOKEN_LIB_OPS_METRICS_H

#include "lib/base/text.h"

/* Numbers for Prometheus (text format 0.0.4); for any number of threads. */

typedef struct metrics metrics;

typedef enum { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM } metric_kind;

/* A table of them ends with a name of NULL; a metric's number is its place there. */
typedef struct {
    const char *name, *help;
    metric_kind kind;
    const char *labels[3]; /* names; NULL ends them */
} metric;

metrics *metrics_new(const metric *table);

/* values: of the labels, in their order. Label values come from configuration and from tables, and
 * never from a request, so that their number is bounded. */
void metrics_add(metrics *m, size_t number, const char *const *values, double amount);
void metrics_set(metrics *m, size_t number, const char *const *values, double value);
/* Of a histogram: seconds. */
void metrics_observe(metrics *m, size_t number, double seconds);
/* Takes out all series of a metric, before they are set anew. */
void metrics_drop(metrics *m, size_t number);

void metrics_write(metrics *m, text *out);
void metrics_free(metrics *m);

#endif
