/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "base/memory.h"
#include "base/report.h"
#include "base/sentence.h"

static const char *field(const fnt_report *report, size_t entry, int32_t number)
{
    return report_text(report, entry, number).at;
}

Test(report, summary_and_entries)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    cr_expect_null(field(report, 0, FNT_FIELD_KIND), "nothing yet");
    report_start(report);
    report_summary_field(report, FNT_FIELD_ISSUER, SPAN("https://gw"));
    cr_expect_eq(report_refuse(report, FNT_REFUSED_ISSUER, "iss is %; % is expected",
                               SPANS(SPAN("a\n"), SPAN("b"))),
                 FNT_REFUSED_ISSUER);
    report_entry(report, "condition", "missing");
    report_field(report, FNT_FIELD_CLAIM, SPAN("groups"));
    report_field(report, FNT_FIELD_ACTUAL, SPAN_NONE);
    report_sentence(report, "% is missing, at 100%", SPANS(SPAN("groups")));
    report_entry(report, "note", NULL);
    cr_expect_eq(report_finish(report, FNT_REFUSED_ISSUER), FNT_REFUSED_ISSUER);

    cr_expect_str_eq(field(report, 0, FNT_FIELD_KIND), "summary");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), "issuer");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_ISSUER), "https://gw");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "iss is a\\n; b is expected");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_OUTCOME), "missing");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_CLAIM), "groups");
    cr_expect_null(field(report, 1, FNT_FIELD_ACTUAL), "absent sets nothing");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_SENTENCE), "groups is missing, at 100%");
    cr_expect_str_eq(field(report, 2, FNT_FIELD_KIND), "note");
    cr_expect_null(field(report, 2, FNT_FIELD_OUTCOME));
    cr_expect_str_eq(field(report, 2, FNT_FIELD_SENTENCE), "",
                     "an entry has a sentence, or loops would end too early");
    cr_expect_null(field(report, 3, FNT_FIELD_SENTENCE));
    cr_expect_null(field(report, 0, FNT_FIELD_SENTENCE - 1));
    cr_expect_null(field(report, 0, FNT_FIELD_TOKEN_ID + 100));
    report_free(report);
}

Test(report, starts_anew)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_findings(report);
    report_refuse(report, FNT_REFUSED_AGE, "first", NO_SPANS);
    report_refuse(report, FNT_REFUSED_AGE, "second", NO_SPANS);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "second", "the later one");
    report_entry(report, "note", NULL);
    report_start(report);
    cr_expect_null(field(report, 1, FNT_FIELD_KIND));
    cr_expect_eq(report_finish(report, FNT_OK), FNT_OK);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "Allowed.", "the status's own sentence");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), "ok");
    for (int i = 0; i < 300; i++)
        report_entry(report, "note", NULL);
    cr_expect_null(field(report, REPORT_ENTRIES - 1, FNT_FIELD_KIND), "it is limited again");
    report_free(report);
}

Test(report, says_more)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_append_sentence(report, "too early", NO_SPANS);
    report_start(report);
    report_append_sentence(report, "one %", SPANS(SPAN("a\n")));
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "one a\\n", "the first words");
    report_append_sentence(report, "two %", SPANS(SPAN("\\n")));
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "one a\\n two \\n",
                     "nothing is escaped twice");
    report_append_sentence(NULL, "x", NO_SPANS);
    report_free(report);
}

Test(report, a_status_said_before_stays)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_summary_field(report, FNT_FIELD_STATUS, SPAN("expired"));
    cr_expect_eq(report_finish(report, FNT_OAUTH_SUBJECT), FNT_OAUTH_SUBJECT);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), "expired",
                     "of a subject token, the precise one");
    report_free(report);
}

Test(report, entries_are_limited_and_counted)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    for (int i = 0; i < 300; i++) {
        report_entry(report, "pattern", "failed");
        report_field(report, FNT_FIELD_PATTERN, i < 254 ? SPAN("kept") : SPAN("lost"));
        report_sentence(report, i < 254 ? "kept" : "lost", NO_SPANS);
    }
    cr_expect_str_eq(field(report, 254, FNT_FIELD_PATTERN), "kept",
                     "a lost entry's fields go nowhere");
    cr_expect_str_eq(field(report, 254, FNT_FIELD_SENTENCE), "kept");
    report_finish(report, FNT_DENIED_PERMISSION);
    cr_expect_str_eq(field(report, 255, FNT_FIELD_SENTENCE), "46 more entries are not shown.");
    cr_expect_null(field(report, 256, FNT_FIELD_KIND));

    report_start(report);
    report_findings(report);
    for (int i = 0; i < 300; i++)
        report_entry(report, "warning", NULL);
    report_finish(report, FNT_OK);
    cr_expect_str_eq(field(report, 300, FNT_FIELD_KIND), "warning");
    cr_expect_null(field(report, 301, FNT_FIELD_KIND));
    report_free(report);
}

static size_t count_of(const fnt_report *report, const char *kind)
{
    size_t count = 0;
    for (size_t i = 1; field(report, i, FNT_FIELD_KIND) != NULL; i++)
        count += strcmp(field(report, i, FNT_FIELD_KIND), kind) == 0;
    return count;
}

static size_t bytes_of(const fnt_report *report)
{
    size_t bytes = 0;
    for (size_t i = 0; field(report, i, FNT_FIELD_KIND) != NULL; i++)
        for (int32_t f = FNT_FIELD_SENTENCE; f <= FNT_FIELD_WARNINGS; f++)
            bytes += report_text(report, i, f).len;
    return bytes;
}

static void add_many(fnt_report *report, const char *kind, size_t count, span value)
{
    for (size_t i = 0; i < count; i++) {
        report_entry(report, kind, NULL);
        report_field(report, FNT_FIELD_EXPECTED, value);
        report_sentence(report, "said", NO_SPANS);
    }
}

/* Nothing turns green by being long. */
Test(report, errors_are_kept_and_all_are_counted)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_findings(report);
    add_many(report, "note", 700, SPAN("n"));
    add_many(report, "warning", 700, SPAN("w"));
    add_many(report, "error", 600, SPAN("e"));
    report_finish(report, FNT_FAULT_IAM);
    cr_expect_eq(count_of(report, "error"), 600);
    cr_expect_eq(count_of(report, "warning"), 398, "what place the errors leave");
    cr_expect_eq(count_of(report, "note"), 1, "the last line alone");
    cr_expect_str_eq(field(report, 999, FNT_FIELD_SENTENCE), "1002 more entries are not shown.");
    cr_expect_null(field(report, 1000, FNT_FIELD_SENTENCE));
    cr_expect_str_eq(field(report, 0, FNT_FIELD_ERRORS), "600");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_WARNINGS), "700");

    report_start(report);
    report_findings(report);
    report_set_level(report, FNT_REPORT_SUMMARY);
    add_many(report, "error", 3, SPAN("e"));
    report_finish(report, FNT_FAULT_IAM);
    cr_expect_null(field(report, 1, FNT_FIELD_SENTENCE));
    cr_expect_str_eq(field(report, 0, FNT_FIELD_ERRORS), "3", "at every level");
    report_start(report);
    report_findings(report);
    report_finish(report, FNT_FAULT_MEMORY);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_ERRORS), "1", "a refusal is one");
    report_start(report);
    report_findings(report);
    report_finish(report, FNT_OK);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_ERRORS), "0");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_WARNINGS), "0");
    report_start(report);
    report_finish(report, FNT_OK);
    cr_expect_null(field(report, 0, FNT_FIELD_ERRORS), "of a load and a lint alone");
    report_free(report);
}

Test(report, bytes_are_limited)
{
    enum { LONG = 100000 };
    fnt_report *report = NULL;
    char *text = malloc(2 * REPORT_BYTES);
    memset(text, 'x', 2 * REPORT_BYTES);
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_findings(report);
    add_many(report, "warning", 20, (span){text, LONG});
    cr_expect_eq(count_of(report, "warning"), 10, "ten of them fill it");
    add_many(report, "error", 4, (span){text, LONG});
    add_many(report, "warning", 4, SPAN("short"));
    add_many(report, "error", 1, (span){text, 2 * REPORT_BYTES});
    report_refuse(report, FNT_FAULT_IAM, "refused", NO_SPANS);
    report_finish(report, FNT_FAULT_IAM);
    cr_expect_eq(count_of(report, "error"), 4, "one that never fits drops no other error");
    cr_expect_eq(count_of(report, "warning"), 0, "what did not fit is not tried again");
    cr_expect_leq(bytes_of(report), REPORT_BYTES);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_ERRORS), "5");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_WARNINGS), "24");
    cr_expect_str_eq(field(report, 5, FNT_FIELD_SENTENCE), "25 more entries are not shown.");
    report_free(report);
    free(text);
}

Test(report, a_sentence_cuts_values)
{
    fnt_report *report = NULL;
    char text[SENTENCE_WORDS + 100], wanted[SENTENCE_WORDS + 100];
    memset(text, 'x', sizeof text);
    memcpy(text + SENTENCE_VALUE - 1, "\xc3\xa4", 2);
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_refuse(report, FNT_OK, "% is long", SPANS(((span){text, sizeof text})));
    snprintf(wanted, sizeof wanted, "%.*s... is long", SENTENCE_VALUE - 1, text);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), wanted, "where a character ends");
    report_refuse(report, FNT_OK, "%, $", SPANS(((span){text, SENTENCE_VALUE + 1}), SPAN("b")));
    snprintf(wanted, sizeof wanted, "%.*s, b", SENTENCE_VALUE + 1, text);
    cr_expect_str_neq(field(report, 0, FNT_FIELD_SENTENCE), wanted);
    report_refuse(report, FNT_OK, "$", SPANS(((span){text, SENTENCE_WORDS})));
    cr_expect_eq(report_text(report, 0, FNT_FIELD_SENTENCE).len, SENTENCE_WORDS,
                 "words are not cut");
    report_refuse(report, FNT_OK, "$", SPANS(((span){text, sizeof text})));
    cr_expect_eq(report_text(report, 0, FNT_FIELD_SENTENCE).len, SENTENCE_WORDS + 3);
    memset(text, 0x80, sizeof text);
    report_refuse(report, FNT_OK, "%", SPANS(((span){text, sizeof text})));
    cr_expect_eq(report_text(report, 0, FNT_FIELD_SENTENCE).len, 4 * SENTENCE_VALUE + 3,
                 "no UTF-8");
    report_free(report);
}

Test(report, json)
{
    fnt_report *report = NULL;
    char *text = NULL;
    size_t len = 0;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_refuse(report, FNT_DENIED_RESOURCE, "say \"%\"", SPANS(SPAN("a\nb")));
    report_entry(report, "note", NULL);
    report_finish(report, FNT_DENIED_RESOURCE);
    cr_assert_eq(report_json(report, &text, &len), FNT_OK);
    cr_expect_str_eq(
        text,
        "[{\"sentence\":\"say "
        "\\\"a\\\\nb\\\"\",\"kind\":\"summary\",\"status\":\"resource\"},{\"kind\":\"note\"}]");
    cr_expect_eq(len, strlen(text));
    memory_free(text);
    report_free(report);

    cr_assert_eq(report_json(NULL, &text, &len), FNT_OK);
    cr_expect_str_eq(text, "[]");
    memory_free(text);
}

static fnt_report *report_of(int32_t level)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    cr_assert_eq(report_set_level(report, level), FNT_OK);
    report_start(report);
    return report;
}

Test(report, holds_what_its_level_says)
{
    for (int32_t level = FNT_REPORT_SUMMARY; level <= FNT_REPORT_FULL; level++) {
        fnt_report *report = report_of(level);
        cr_expect_eq(report_entry(report, "role", "matched"), level >= FNT_REPORT_DECISION);
        report_field(report, FNT_FIELD_ROLE, SPAN("a"));
        cr_expect_eq(report_entry_at(report, FNT_REPORT_FULL, "role", "failed"),
                     level == FNT_REPORT_FULL);
        report_field(report, FNT_FIELD_ROLE, SPAN("b"));
        report_finish(report, FNT_OK);
        size_t entries = (size_t)(level - FNT_REPORT_SUMMARY);
        for (size_t i = 1; i < 4; i++)
            cr_expect_eq(field(report, i, FNT_FIELD_KIND) != NULL, i <= entries, "%zu", i);
        if (level >= FNT_REPORT_DECISION)
            cr_expect_str_eq(field(report, 1, FNT_FIELD_ROLE), "a",
                             "fields of what is not kept go nowhere");
        cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), "ok");
        cr_expect(report_wants(report, level));
        cr_expect_not(report_wants(report, level + 1));
        report_free(report);
    }
}

Test(report, keeps_its_level)
{
    fnt_report *report = report_of(FNT_REPORT_SUMMARY);
    cr_expect_eq(report_set_level(report, 0), FNT_FAULT_UNSUPPORTED);
    cr_expect_eq(report_set_level(report, FNT_REPORT_FULL + 1), FNT_FAULT_UNSUPPORTED);
    cr_expect_eq(report_set_level(report, FNT_REPORT_SUMMARY - 1), FNT_FAULT_UNSUPPORTED);
    report_start(report);
    cr_expect_not(report_entry(report, "note", NULL), "also of the next call");
    report_free(report);
}

Test(report, is_overheard_whoever_reads_it)
{
    fnt_report nobody = REPORT_NONE, *report = report_of(FNT_REPORT_SUMMARY);
    fnt_report *const both[] = {&nobody, report};
    for (size_t i = 0; i < 2; i++) {
        buf sentence = BUF_EMPTY;
        report_overhear(both[i], &sentence);
        cr_expect(report_wanted(both[i]), "a sentence is");
        cr_expect_eq(report_wants(both[i], FNT_REPORT_SUMMARY), i == 1);
        report_refuse(both[i], FNT_REFUSED_AGE, "first", NO_SPANS);
        report_refuse(both[i], FNT_REFUSED_AGE, "% second", SPANS(SPAN("a\n")));
        report_append_sentence(both[i], "for the operator", NO_SPANS);
        report_entry(both[i], "note", NULL);
        report_sentence(both[i], "another", NO_SPANS);
        report_overhear(both[i], NULL);
        report_refuse(both[i], FNT_REFUSED_AGE, "third", NO_SPANS);
        cr_expect(span_equal(buf_span(&sentence), SPAN("a\\n second")));
        buf_free(&sentence);
    }
    cr_expect_not(report_wanted(&nobody));
    report_overhear(NULL, NULL);
    report_free(report);
}

Test(report, nobody_listens)
{
    fnt_report *unstarted = NULL;
    cr_assert_eq(report_new(&unstarted), FNT_OK);
    fnt_report *const both[] = {NULL, unstarted};
    for (size_t i = 0; i < 2; i++) {
        report_summary_field(both[i], FNT_FIELD_ISSUER, SPAN("x"));
        report_entry(both[i], "note", NULL);
        report_field(both[i], FNT_FIELD_CLAIM, SPAN("x"));
        report_sentence(both[i], "x", NO_SPANS);
        cr_expect_eq(report_refuse(both[i], FNT_REFUSED_AGE, "x", NO_SPANS), FNT_REFUSED_AGE);
        cr_expect_eq(report_finish(both[i], FNT_REFUSED_AGE), FNT_REFUSED_AGE);
        cr_expect_null(field(both[i], 0, FNT_FIELD_SENTENCE));
    }
    report_start(NULL);
    report_findings(NULL);
    cr_expect_not(report_wanted(NULL));
    cr_expect_not(report_wanted(unstarted), "it holds nothing yet");
    report_free(NULL);
    report_free(unstarted);
}
