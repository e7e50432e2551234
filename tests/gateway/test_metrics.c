/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "lib/ops/metrics.h"

enum { COUNTED, MEASURED, TIMED, ALONE };

static const metric table[] = {
    [COUNTED] = {"a_total", "Of a.", METRIC_COUNTER, {"x", "y"}},
    [MEASURED] = {"b", "Of b.", METRIC_GAUGE, {"x"}},
    [TIMED] = {"c_seconds", "Of c.", METRIC_HISTOGRAM, {NULL}},
    [ALONE] = {"d_total", "Of d.", METRIC_COUNTER, {NULL}},
    {NULL, NULL, METRIC_COUNTER, {NULL}},
};

Test(metrics, are_written_as_prometheus_reads_them)
{
    metrics *m = metrics_new(table);
    text out = TEXT_EMPTY;
    metrics_add(m, COUNTED, (const char *const[]){"1", "2"}, 1);
    metrics_add(m, COUNTED, (const char *const[]){"3", NULL}, 2);
    metrics_add(m, COUNTED, (const char *const[]){"1", "2"}, 1);
    metrics_set(m, MEASURED, (const char *const[]){"a\\b\"c\nd"}, 1.5);
    metrics_write(m, &out);
    static const char begin[] = "# HELP a_total Of a.\n# TYPE a_total counter\n"
                                "a_total{x=\"1\",y=\"2\"} 2\na_total{x=\"3\",y=\"\"} 2\n"
                                "# HELP b Of b.\n# TYPE b gauge\n"
                                "b{x=\"a\\\\b\\\"c\\nd\"} 1.5\n"
                                "# HELP c_seconds Of c.\n# TYPE c_seconds histogram\n"
                                "c_seconds_bucket{le=\"0.0005\"} 0\n";
    cr_expect_eq(strncmp(out.at, begin, sizeof begin - 1), 0, "%s", out.at);
    static const char end[] = "# HELP d_total Of d.\n# TYPE d_total counter\nd_total 0\n";
    cr_expect_str_eq(out.at + out.len - (sizeof end - 1), end);
    text_free(&out);
    metrics_free(m);
}

Test(metrics, a_histogram_adds_up)
{
    metrics *m = metrics_new(table);
    text out = TEXT_EMPTY;
    metrics_observe(m, TIMED, 0.0001);
    metrics_observe(m, TIMED, 0.0005);
    metrics_observe(m, TIMED, 0.2);
    metrics_observe(m, TIMED, 99);
    metrics_write(m, &out);
    cr_expect_not_null(strstr(out.at, "_bucket{le=\"0.0005\"} 2\n"), "%s", out.at);
    cr_expect_not_null(strstr(out.at, "_bucket{le=\"0.1\"} 2\n"));
    cr_expect_not_null(strstr(out.at, "_bucket{le=\"0.25\"} 3\n"));
    cr_expect_not_null(strstr(out.at, "_bucket{le=\"2.5\"} 3\n"));
    cr_expect_not_null(
        strstr(out.at, "_bucket{le=\"+Inf\"} 4\nc_seconds_sum 99.2006\nc_seconds_count 4\n"));
    text_free(&out);
    metrics_free(m);
}

Test(metrics, labels_are_utf_8)
{
    metrics *m = metrics_new(table);
    text out = TEXT_EMPTY;
    metrics_set(m, MEASURED, (const char *const[]){"\xc3\xa4"}, 1);
    metrics_set(m, MEASURED, (const char *const[]){"a\xff\"b"}, 2);
    metrics_write(m, &out);
    cr_expect_not_null(strstr(out.at, "b{x=\"\xc3\xa4\"} 1\n"), "%s", out.at);
    cr_expect_not_null(strstr(out.at, "b{x=\"a\\\\xff\\\"b\"} 2\n"), "%s", out.at);
    text_free(&out);
    metrics_free(m);
}

Test(metrics, series_go)
{
    metrics *m = metrics_new(table);
    text out = TEXT_EMPTY;
    metrics_set(m, MEASURED, (const char *const[]){"gone"}, 1);
    metrics_drop(m, MEASURED);
    metrics_set(m, MEASURED, (const char *const[]){"here"}, -1);
    metrics_write(m, &out);
    cr_expect_null(strstr(out.at, "gone"));
    cr_expect_not_null(strstr(out.at, "b{x=\"here\"} -1\n"));
    text_free(&out);
    metrics_free(m);
}
