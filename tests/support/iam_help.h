/* SPDX-License-Identifier: MIT */
/* Loading IAM objects in tests, and looking for what a report must say. JSON is written with ' for
 * ", so that it can be read. */
#ifndef FNT_TESTS_IAM_HELP_H
#define FNT_TESTS_IAM_HELP_H

#include "support/test.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/report.h"
#include "iam/rules/rules.h"

#define META(name) "'metadata':{'name':'" name "'}"
#define HEAD(kind, name) "{'apiVersion':'iam.openfaas.com/v1','kind':'" kind "'," META(name) ","
#define HEAD_IN(namespace, kind, name)                                                             \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'" kind "','metadata':{'name':'" name              \
    "','namespace':'" namespace "'},"
#define ISSUER(name, iss) HEAD("JwtIssuer", name) "'spec':{'iss':'" iss "','aud':['openfaas']}}"
#define STATEMENT(sid, resources)                                                                  \
    "{'sid':'" sid "','action':['Function:Invoke'],'effect':'Allow','resource':" resources "}"
#define POLICY(name, statements) HEAD("Policy", name) "'spec':{'statement':[" statements "]}}"
#define ROLE(name, policy, who) HEAD("Role", name) "'spec':{'policy':['" policy "']," who "}}"

typedef struct {
    fnt_status status;
    fnt_iam *iam;
    fnt_report *report;
} loaded;

static inline char *with_quotes(const char *text)
{
    char *copy = strdup(text);
    for (char *c = copy; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    return copy;
}

static inline loaded load(const char *json)
{
    loaded l = {FNT_OK, NULL, NULL};
    char *text = with_quotes(json);
    cr_assert_eq(report_new(&l.report), FNT_OK);
    report_start(l.report);
    report_findings(l.report); /* as the facade does */
    l.status = report_finish(l.report, rules_load(span_of(text), SPAN("*"), &l.iam, l.report));
    cr_expect_eq(l.iam == NULL, l.status != FNT_OK, "a set, or none: %s", json);
    free(text);
    return l;
}

static inline void unload(loaded *l)
{
    rules_unref(l->iam);
    report_free(l->report);
}

static inline const char *field(const fnt_report *report, size_t entry, int32_t which)
{
    span text = report_text(report, entry, which);
    return text.at == NULL ? "" : text.at;
}

/* Prints what there is, where something else was wanted. */
static inline void print_report(const fnt_report *report)
{
    for (size_t i = 0; report_text(report, i, FNT_FIELD_SENTENCE).at != NULL; i++)
        fprintf(stderr, "  %zu %s %s [%s] %s: %s\n", i, field(report, i, FNT_FIELD_KIND),
                field(report, i, FNT_FIELD_OUTCOME), field(report, i, FNT_FIELD_RULE),
                field(report, i, FNT_FIELD_PATH), field(report, i, FNT_FIELD_SENTENCE));
}

/* How many entries have that rule, path and part of the sentence; NULL: any. */
static inline size_t count_told(const fnt_report *report, const char *rule, const char *path,
                                const char *part)
{
    size_t count = 0;
    for (size_t i = 1; report_text(report, i, FNT_FIELD_SENTENCE).at != NULL; i++)
        if ((rule == NULL || strcmp(field(report, i, FNT_FIELD_RULE), rule) == 0) &&
            (path == NULL || strcmp(field(report, i, FNT_FIELD_PATH), path) == 0) &&
            (part == NULL || strstr(field(report, i, FNT_FIELD_SENTENCE), part) != NULL))
            count++;
    return count;
}

static inline size_t count_entries(const fnt_report *report)
{
    return count_told(report, NULL, NULL, NULL);
}

/* A mistake: the object that holds it, and what must be told of it. */
typedef struct {
    const char *json, *rule, *path, *part, *why;
} mistake;

/* Each is refused with exactly that one error. */
static inline void expect_mistakes(const mistake *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        loaded l = load(rows[i].json);
        bool told = count_told(l.report, rows[i].rule, rows[i].path, rows[i].part) == 1;
        cr_expect_eq(l.status, FNT_FAULT_IAM, "%s: %s", rows[i].why, rows[i].json);
        cr_expect(told, "%s: [%s] at %s \"%s\"", rows[i].why, rows[i].rule, rows[i].path,
                  rows[i].part);
        cr_expect_eq(count_entries(l.report), 1, "%s: one mistake, one error", rows[i].why);
        cr_expect(strstr(field(l.report, 0, FNT_FIELD_SENTENCE), "nothing was loaded") != NULL,
                  "%s", rows[i].why);
        if (!told || count_entries(l.report) != 1)
            print_report(l.report);
        unload(&l);
    }
}

#define EXPECT_MISTAKES(rows) expect_mistakes(rows, sizeof(rows) / sizeof *(rows))

#endif
