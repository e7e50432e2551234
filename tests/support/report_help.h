/* SPDX-License-Identifier: MIT */
/* A report for each test of a suite, and what its summary says. */
#ifndef FNT_TESTS_REPORT_HELP_H
#define FNT_TESTS_REPORT_HELP_H

#include "support/test.h"

#include "base/report.h"

static fnt_report *report;

static void report_begin(void)
{
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
}

static void report_end(void)
{
    report_free(report);
}

#define REPORT_SUITE(name) TestSuite(name, .init = report_begin, .fini = report_end)

static const char *said(void)
{
    return report_text(report, 0, FNT_FIELD_SENTENCE).at;
}

static bool says(const char *words)
{
    return said() != NULL && strstr(said(), words) != NULL;
}

#endif
