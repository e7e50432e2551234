/* SPDX-License-Identifier: MIT */
#include "lib/ops/metrics.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/safe.h"

static const double bounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5};

enum { BOUNDS = sizeof bounds / sizeof *bounds };

typedef struct series {
    struct series *next;
    char *labels; /* as they are written, with their braces; empty where there are none */
    double value;
} series;

typedef struct {
    unsigned long counts[BOUNDS + 1];
    double sum;
} histogram;

struct metrics {
    pthread_mutex_t lock;
    const metric *table;
    size_t count;
    series **series;
    histogram *histograms;
};

static bool is_ascii(const char *value)
{
    while (*value > 0)
        value++;
    return *value == '\0';
}

/* A path need not be UTF-8, and one stray byte would have Prometheus refuse all of the text. */
static char *in_utf8(const char *value)
{
    char *safe = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&safe, &len);
    if (out != NULL)
        safe_puts(out, value);
    if (out == NULL || fclose(out) != 0)
        return new_copy("", 0);
    return safe;
}

static void put_ascii_or_utf8(text *out, const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '\\' || *c == '"')
            text_byte(out, '\\');
        if (*c == '\n')
            text_put(out, "\\n");
        else
            text_byte(out, *c);
    }
}

/* In double quotes; backslash, quote and line break escaped. */
static void put_value(text *out, const char *value)
{
    char *safe = is_ascii(value) ? NULL : in_utf8(value);
    put_ascii_or_utf8(out, safe != NULL ? safe : value);
    free(safe);
}

static void put_labels(text *out, const metric *m, const char *const *values)
{
    text_put(out, "");
    for (size_t i = 0; i < 3 && m->labels[i] != NULL; i++) {
        text_print(out, "%s%s=\"", i == 0 ? "{" : ",", m->labels[i]);
        put_value(out, values[i] != NULL ? values[i] : "");
        text_put(out, "\"");
    }
    if (m->labels[0] != NULL)
        text_byte(out, '}');
}

/* The lock is held. New ones come last, so that the order is a stable one. */
static series *find(metrics *m, size_t number, const char *const *values)
{
    text labels = TEXT_EMPTY;
    series **at = &m->series[number];
    put_labels(&labels, &m->table[number], values);
    while (*at != NULL && strcmp((*at)->labels, labels.at) != 0)
        at = &(*at)->next;
    if (*at == NULL) {
        *at = new_array(1, sizeof **at);
        (*at)->labels = new_copy(labels.at, labels.len);
    }
    text_free(&labels);
    return *at;
}

void metrics_add(metrics *m, size_t number, const char *const *values, double amount)
{
    (void)pthread_mutex_lock(&m->lock);
    find(m, number, values)->value += amount;
    (void)pthread_mutex_unlock(&m->lock);
}

void metrics_set(metrics *m, size_t number, const char *const *values, double value)
{
    (void)pthread_mutex_lock(&m->lock);
    find(m, number, values)->value = value;
    (void)pthread_mutex_unlock(&m->lock);
}

void metrics_observe(metrics *m, size_t number, double seconds)
{
    size_t i = 0;
    while (i < BOUNDS && seconds > bounds[i])
        i++;
    (void)pthread_mutex_lock(&m->lock);
    m->histograms[number].counts[i]++;
    m->histograms[number].sum += seconds;
    (void)pthread_mutex_unlock(&m->lock);
}

static void drop(series *s)
{
    while (s != NULL) {
        series *next = s->next;
        free(s->labels);
        free(s);
        s = next;
    }
}

void metrics_drop(metrics *m, size_t number)
{
    (void)pthread_mutex_lock(&m->lock);
    drop(m->series[number]);
    m->series[number] = NULL;
    (void)pthread_mutex_unlock(&m->lock);
}

static void write_histogram(const char *name, const histogram *h, text *out)
{
    unsigned long count = 0;
    for (size_t i = 0; i < BOUNDS; i++) {
        count += h->counts[i];
        text_print(out, "%s_bucket{le=\"%g\"} %lu\n", name, bounds[i], count);
    }
    count += h->counts[BOUNDS];
    text_print(out, "%s_bucket{le=\"+Inf\"} %lu\n%s_sum %.9g\n%s_count %lu\n", name, count, name,
               h->sum, name, count);
}

void metrics_write(metrics *m, text *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    (void)pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < m->count; i++) {
        const metric *about = &m->table[i];
        text_print(out, "# HELP %s %s\n# TYPE %s %s\n", about->name, about->help, about->name,
                   kinds[about->kind]);
        if (about->kind == METRIC_HISTOGRAM)
            write_histogram(about->name, &m->histograms[i], out);
        for (const series *s = m->series[i]; s != NULL; s = s->next)
            text_print(out, "%s%s %.15g\n", about->name, s->labels, s->value);
    }
    (void)pthread_mutex_unlock(&m->lock);
}

metrics *metrics_new(const metric *table)
{
    metrics *m = new_array(1, sizeof *m);
    m->table = table;
    while (table[m->count].name != NULL)
        m->count++;
    m->series = new_array(m->count, sizeof *m->series);
    m->histograms = new_array(m->count, sizeof *m->histograms);
    (void)pthread_mutex_init(&m->lock, NULL);
    for (size_t i = 0; i < m->count; i++)
        if (table[i].labels[0] == NULL && table[i].kind == METRIC_COUNTER)
            (void)find(m, i, NULL); /* 0 until something happens */
    return m;
}

void metrics_free(metrics *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->count; i++)
        drop(m->series[i]);
    free(m->series);
    free(m->histograms);
    (void)pthread_mutex_destroy(&m->lock);
    free(m);
}
