/* SPDX-License-Identifier: MIT */
#ifndef FNT_API_H
#define FNT_API_H

#include "base/duration.h"
#include "base/report.h"

/* What the exported functions do alike with their arguments. */

/* (NULL, 0) is absent; NULL with a length is a mistake that must not be read. */
static inline bool is_text(const char *text, size_t len)
{
    return text != NULL || len == 0;
}

static inline bool is_given(const char *text, size_t len)
{
    return text != NULL && len > 0;
}

/* Clears a text that goes out; false where the caller gave nothing to put it into. */
static inline bool clear_text(char **out, size_t *out_len)
{
    if (out != NULL)
        *out = NULL;
    if (out_len != NULL)
        *out_len = 0;
    return out != NULL && out_len != NULL;
}

/* The end of what decides nothing: FNT_OK's own sentence, "Allowed.", would say too much. */
static inline fnt_status done(fnt_report *report, fnt_status status, const char *sentence)
{
    if (status == FNT_OK)
        report_refuse(report, FNT_OK, sentence, NO_SPANS);
    return report_finish(report, status);
}

static inline fnt_status bad_argument(fnt_report *report)
{
    return report_finish(report, FNT_FAULT_ARGUMENT);
}

static inline fnt_status bad_time(int64_t now, fnt_report *report)
{
    char scratch[INTEGER_SIZE];
    const char *sentence =
        now > 0 ? "now is %: that looks like milliseconds; whole seconds since 1970 are wanted."
                : "now is %: the current time is missing; whole seconds since 1970 are wanted.";
    return report_finish(report, report_refuse(report, FNT_FAULT_ARGUMENT, sentence,
                                               SPANS(integer_print(now, scratch))));
}

static inline const char *give(span text, size_t *len)
{
    if (len != NULL)
        *len = text.len;
    return text.at;
}

#endif
