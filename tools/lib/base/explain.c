/* SPDX-License-Identifier: MIT */
#include "lib/base/explain.h"

#include <string.h>

#include "lib/base/fail.h"
#include "lib/base/safe.h"

static const char *field(const fnt_report *why, size_t entry, int32_t number)
{
    return fnt_report_text(why, entry, number, NULL);
}

static void print_field(FILE *out, int indent, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    fprintf(out, "%*s%-10s", indent, "", name);
    safe_puts(out, value);
    (void)fputc('\n', out);
}

static void print_summary(FILE *out, int indent, const fnt_report *why)
{
    static const struct {
        const char *name;
        int32_t number;
    } fields[] = {{"reason", FNT_FIELD_SENTENCE},   {"status", FNT_FIELD_STATUS},
                  {"resource", FNT_FIELD_RESOURCE}, {"issuer", FNT_FIELD_ISSUER},
                  {"subject", FNT_FIELD_SUBJECT},   {"key", FNT_FIELD_KEY_ID},
                  {"role", FNT_FIELD_ROLE},         {"policy", FNT_FIELD_POLICY},
                  {"sid", FNT_FIELD_SID},           {"pattern", FNT_FIELD_PATTERN},
                  {"claim", FNT_FIELD_CLAIM},       {"expected", FNT_FIELD_EXPECTED},
                  {"found", FNT_FIELD_ACTUAL}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        print_field(out, indent, fields[i].name, field(why, 0, fields[i].number));
}

/* Whose sentence is empty is described by its fields. */
static void print_fields(FILE *out, const fnt_report *why, size_t entry)
{
    for (int32_t number = FNT_FIELD_STATUS; number <= FNT_FIELD_ACTUAL; number++) {
        const char *value = field(why, entry, number);
        if (value == NULL || number == FNT_FIELD_PATH)
            continue;
        safe_puts(out, value);
        (void)fputc(' ', out);
    }
}

static void print_entry(FILE *out, int indent, const fnt_report *why, size_t entry)
{
    const char *kind = field(why, entry, FNT_FIELD_KIND),
               *outcome = field(why, entry, FNT_FIELD_OUTCOME);
    const char *sentence = field(why, entry, FNT_FIELD_SENTENCE);
    fprintf(out, "%*s%-10s%-11s", indent, "", kind != NULL ? kind : "",
            outcome != NULL ? outcome : "");
    if (sentence != NULL && *sentence != '\0')
        safe_puts(out, sentence);
    else
        print_fields(out, why, entry);
    (void)fputc('\n', out);
}

void explain(FILE *out, const fnt_report *why, int indent)
{
    print_summary(out, indent, why);
    for (size_t i = 1; field(why, i, FNT_FIELD_SENTENCE) != NULL; i++)
        print_entry(out, indent, why, i);
}

static bool is_grant(const fnt_report *why, size_t entry)
{
    const char *kind = field(why, entry, FNT_FIELD_KIND),
               *outcome = field(why, entry, FNT_FIELD_OUTCOME);
    return kind != NULL && strcmp(kind, "grant") == 0 && (outcome == NULL || *outcome == '\0');
}

void explain_briefly(FILE *out, const fnt_report *why, int indent)
{
    print_field(out, indent, "reason", field(why, 0, FNT_FIELD_SENTENCE));
    for (size_t i = 1; field(why, i, FNT_FIELD_SENTENCE) != NULL; i++)
        if (is_grant(why, i) && field(why, 0, FNT_FIELD_RESOURCE) == NULL)
            print_entry(out, indent, why, i);
}

fnt_status answer_json(text *out, const char *resource, bool allowed, fnt_status decision,
                       const fnt_report *why)
{
    char *report = NULL;
    size_t len = 0;
    fnt_status status = fnt_report_json(why, &report, &len);
    if (status == FNT_OK) {
        text_put(out, "{");
        text_member(out, "resource", resource != NULL ? fail_shown_resource(resource) : NULL);
        text_print(out, ",\"allowed\":%s", allowed ? "true" : "false");
        text_member(out, "status", fnt_status_name(decision));
        text_print(out, ",\"report\":%s}", report);
    }
    fnt_free(report);
    return status;
}
