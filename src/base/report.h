/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_REPORT_H
#define FNT_BASE_REPORT_H

#include "base/buf.h"
#include "base/status.h"

/* Writing the public fnt_report. A NULL report swallows everything, lack of memory and the limits
 * below shorten it, and none of them changes an answer. All text is escaped on its way in
 * (escape_print), so that what a claim holds reaches no terminal raw.
 *
 * A module that refuses says why in one line:
 *
 *     return report_refuse(report, FNT_REFUSED_ISSUER, "iss is %; % is expected", SPANS(iss,
 *     expected));
 *
 * The sentences are templates, see base/sentence.h. Details are entries behind the summary:
 *
 *     report_entry(report, "condition", "missing");
 *     report_field(report, FNT_FIELD_CLAIM, name);
 *     report_sentence(report, "% is missing", SPANS(name)); */

/* One fnt_report. The caller of an exported function owns one made by report_new; one on the stack
 * (REPORT_NONE) keeps no entries and is there to be overheard. */
struct fnt_report {
    struct report_entry *entries; /* [0] is the summary */
    size_t count;
    size_t bytes;            /* of all texts */
    size_t missing;          /* entries beyond the limits, or without memory */
    size_t errors, warnings; /* entries of these kinds, those that are missing too */
    int32_t level;           /* FNT_REPORT_... */
    int closed;              /* entries of that rank or a lower one are not kept any more */
    bool extended;           /* see report_extend */
    bool counted;            /* see report_findings */
    bool lost;               /* the newest entry was not kept: its fields go nowhere */
    buf *overheard;          /* gets a copy of the summary's sentence; may be NULL */
};

#define REPORT_NONE ((fnt_report){.entries = NULL})

/* Entries that are kept: a decision among thousands of patterns needs no thousands of lines. Bytes
 * of all texts together: a report takes no more memory, whatever it is about. Where there is more,
 * errors stay before warnings, and both before all else. */
enum { REPORT_ENTRIES = 256, REPORT_ENTRIES_EXTENDED = 1000, REPORT_BYTES = 1 << 20 };

/* Empties it and makes entry 0, the summary. Every exported function that takes a report begins
 * with this. */
void report_start(fnt_report *report);

/* REPORT_ENTRIES_EXTENDED entries until the next report_start. */
void report_extend(fnt_report *report);

/* For loading and linting: report_extend, and the summary tells how many errors and warnings there
 * were, kept or not. A refusal without an error is one itself. */
void report_findings(fnt_report *report);

/* Puts status, and its general sentence where none was said yet, into the summary. Answers status.
 * Every exported function that takes a report ends with this. */
fnt_status report_finish(fnt_report *report, fnt_status status);

/* The summary's sentence. Answers status. A later one replaces an earlier one. */
fnt_status report_refuse(fnt_report *report, fnt_status status, const char *sentence, spans args);

/* Adds a second sentence to the summary's, for what was found out beside the refusal. */
void report_append_sentence(fnt_report *report, const char *sentence, spans args);

/* From now on each sentence that report_refuse says stands in *sentence too, as the report has it,
 * in place of the one before; NULL ends that. So an answer can quote a refusal, whoever reads
 * reports. */
void report_overhear(fnt_report *report, buf *sentence);

/* A field of the summary. */
void report_summary_field(fnt_report *report, int32_t field, span text);

/* A new entry, about what decided; kind and outcome are words of the header's list and static,
 * outcome may be NULL. False: it is not kept, so its texts need not be made. */
bool report_entry(fnt_report *report, const char *kind, const char *outcome);
/* The same for a report of that level or above. */
bool report_entry_at(fnt_report *report, int32_t level, const char *kind, const char *outcome);

/* A field, the sentence, of the newest entry. An absent text sets nothing. */
void report_field(fnt_report *report, int32_t field, span text);
void report_sentence(fnt_report *report, const char *sentence, spans args);

/* Whether anyone reads the sentence of a refusal: to spare the work of writing it. */
bool report_wanted(const fnt_report *report);
/* Whether entries of that level are kept. At FNT_REPORT_SUMMARY: whether there is a summary at
 * all. */
bool report_wants(const fnt_report *report, int32_t level);

/* The work of the exported functions of these names; see there. */
fnt_status report_new(fnt_report **out);
fnt_status report_set_level(fnt_report *report, int32_t level);
span report_text(const fnt_report *report, size_t entry, int32_t field);
fnt_status report_json(const fnt_report *report, char **out, size_t *out_len);
void report_free(fnt_report *report);

#endif
