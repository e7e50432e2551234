/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_REPORT_H
#define FNT_BASE_REPORT_H

#include "base/buf.h"
#include "base/status.h"

/* Writing the public fnt_report. A NULL report swallows everything, lack of memory shortens it, and
 * neither changes an answer. All text is escaped on its way in (escape_print), so that what a claim
 * holds reaches no terminal raw.
 *
 * A module that refuses says why in one line:
 *
 *     return report_refuse(report, FNT_REFUSED_ISSUER, "iss is %; % is expected", SPANS(iss,
 *     expected));
 *
 * Each % takes the next span. Details are entries behind the summary:
 *
 *     report_entry(report, "condition", "missing");
 *     report_field(report, FNT_FIELD_CLAIM, name);
 *     report_sentence(report, "% is missing", SPANS(name)); */

/* Entries kept unless report_unlimited was said: a decision among thousands of patterns needs no
 * thousands of lines. */
enum { REPORT_ENTRIES = 256 };

/* Empties it and makes entry 0, the summary. Every exported function that takes a report begins
 * with this. */
void report_start(fnt_report *report);

/* Loading and linting report everything. Holds until the next report_start. */
void report_unlimited(fnt_report *report);

/* Puts status, and its general sentence where none was said yet, into the summary. Answers status.
 * Every exported function that takes a report ends with this. */
fnt_status report_finish(fnt_report *report, fnt_status status);

/* The summary's sentence. Answers status. A later one replaces an earlier one. */
fnt_status report_refuse(fnt_report *report, fnt_status status, const char *sentence, spans args);

/* Goes on where the summary's sentence ends: a second sentence, for what was found out beside the
 * refusal. */
void report_append_sentence(fnt_report *report, const char *sentence, spans args);

/* A field of the summary. */
void report_summary_field(fnt_report *report, int32_t field, span text);

/* A new entry; kind and outcome are words of the header's list and static, outcome may be NULL. */
void report_entry(fnt_report *report, const char *kind, const char *outcome);

/* A field, the sentence, of the newest entry. An absent text sets nothing. */
void report_field(fnt_report *report, int32_t field, span text);
void report_sentence(fnt_report *report, const char *sentence, spans args);

/* Whether anyone listens: to spare the work of writing what nobody reads. */
bool report_wanted(const fnt_report *report);

/* The public getters' work. */
fnt_status report_new(fnt_report **out);
span report_text(const fnt_report *report, size_t entry, int32_t field);
fnt_status report_json(const fnt_report *report, char **out, size_t *out_len);
void report_free(fnt_report *report);

#endif
