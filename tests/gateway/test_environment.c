/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "lib/base/environment.h"
#include "lib/base/fail.h"

const char program_name[] = "environment";

static const option options[] = {{.name = "listen", .kind = OPT_ONE},
                                 {.name = "peer-rate", .kind = OPT_ONE},
                                 {.name = "iam", .kind = OPT_MANY, .may_be_empty = true},
                                 {.name = "narrowing"},
                                 {.name = NULL}};

/* What options_parse is given, with blanks between; "2" for a mistake. */
static const char *given(const char *const *variables, int argc, char **argv)
{
    static char all[512];
    arguments made;
    app run = {0};
    for (size_t i = 0; variables[i] != NULL; i += 2)
        (void)setenv(variables[i], variables[i + 1], 1);
    int code = environment_read(&run, "FNT_TEST_", options, argc, argv, &made);
    all[0] = '\0';
    for (int i = 1; code == EXIT_YES && i < made.count; i++) {
        (void)strcat(all, i > 1 ? " " : "");
        (void)strcat(all, made.at[i]);
    }
    environment_free(&made);
    for (size_t i = 0; variables[i] != NULL; i += 2)
        (void)unsetenv(variables[i]);
    return code == EXIT_YES ? all : "2";
}

#define GIVEN(...) given((const char *const[]){__VA_ARGS__, NULL}, 1, (char *[]){"p", NULL})

Test(environment, stands_before_the_arguments)
{
    cr_expect_str_eq(GIVEN("OTHER_LISTEN", "x"), "");
    cr_expect_str_eq(GIVEN("FNT_TEST_PEER_RATE", "20"), "--peer-rate=20");
    cr_expect_str_eq(GIVEN("FNT_TEST_LISTEN", ""), "--listen=");
    cr_expect_str_eq(GIVEN("FNT_TEST_IAM", " a  b\tc\n"), "--iam=a --iam=b --iam=c");
    cr_expect_str_eq(GIVEN("FNT_TEST_IAM", ""), "--iam=");
    cr_expect_str_eq(GIVEN("FNT_TEST_NARROWING", "true"), "--narrowing");
    cr_expect_str_eq(GIVEN("FNT_TEST_NARROWING", "false"), "");
}

Test(environment, the_command_line_wins)
{
    static const char *const variables[] = {"FNT_TEST_LISTEN", "here", "FNT_TEST_IAM", "a", NULL};
    char *apart[] = {"p", "--listen", "there", NULL}, *one[] = {"p", "--listen=there", NULL};
    char *like[] = {"p", "--listening", NULL};
    cr_expect_str_eq(given(variables, 3, apart), "--iam=a --listen there");
    cr_expect_str_eq(given(variables, 2, one), "--iam=a --listen=there");
    cr_expect_not_null(strstr(given(variables, 2, like), "--listen=here"));
}

Test(environment, what_is_no_option_is_a_mistake)
{
    cr_expect_str_eq(GIVEN("FNT_TEST_LISTENS", "x"), "2");
    cr_expect_str_eq(GIVEN("FNT_TEST_", "x"), "2");
    cr_expect_str_eq(GIVEN("FNT_TEST_listen", "x"), "2");
    cr_expect_str_eq(GIVEN("FNT_TEST_NARROWING", ""), "2");
    cr_expect_str_eq(GIVEN("FNT_TEST_NARROWING", "1"), "2");
}

Test(environment, kubernetes_has_its_own)
{
    cr_expect_str_eq(GIVEN("FNT_TEST_SERVICE_HOST", "10.0.0.1"), "");
    cr_expect_str_eq(GIVEN("FNT_TEST_SERVICE_PORT_HTTP", "80"), "");
    cr_expect_str_eq(GIVEN("FNT_TEST_PORT", "tcp://10.0.0.1:80"), "");
    cr_expect_str_eq(GIVEN("FNT_TEST_PORT_80_TCP_ADDR", "10.0.0.1"), "");
    cr_expect_str_eq(GIVEN("FNT_TEST_PORTS", "x"), "2");
}
