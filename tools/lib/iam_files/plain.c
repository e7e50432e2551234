/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/plain.h"

#include <stdlib.h>
#include <string.h>

static const char integer[] = "^(0|-?[1-9][0-9]{0,15})$";

static const char word[] = "^(true|false|null)?$";

/* Underscores may stand between digits: 1_000. See without_underscores for those elsewhere. */
static const char ambiguous[] =
    "^("
    /* words */
    "~|Null|NULL|True|TRUE|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|y|Y|n|N|=|<<"
    "|[-+]?0[xXoObB][0-9a-fA-F_]+" /* 0x1F, 0o17, 0b11 */
    /* 0123, 1.10, .5, 1., 1e6 */
    "|[-+]?([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9_]*[0-9][0-9_]*)([eE][-+]?[0-9_]+)?"
    "|[-+]?\\.(inf|Inf|INF|nan|NaN|NAN)"                /* no number at all */
    "|[-+]?[0-9][0-9_]*(:[0-9][0-9_]?)+(\\.[0-9_]*)?"   /* 190:20:30, to the base of sixty */
    "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t]+[0-9].*)?" /* 2024-05-16, and a time of day */
    ")$";

/* 2^53 - 1: beyond it, a reader with doubles rounds */
static const long long largest = 9007199254740991;

bool plain_begin(plain_rules *rules)
{
    if (regcomp(&rules->integer, integer, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    if (regcomp(&rules->word, word, REG_EXTENDED | REG_NOSUB) != 0) {
        regfree(&rules->integer);
        return false;
    }
    if (regcomp(&rules->ambiguous, ambiguous, REG_EXTENDED | REG_NOSUB) == 0)
        return true;
    regfree(&rules->integer);
    regfree(&rules->word);
    return false;
}

static bool fits(const regex_t *rule, const char *plain)
{
    /* in doubt (out of memory), it does */
    return regexec(rule, plain, 0, NULL, 0) != REG_NOMATCH;
}

/* Kubernetes' reader takes all underscores out of what begins with a sign or a digit, and then
 * looks whether it is a number: "-_1", "0_x1f". */
static bool is_number_without_underscores(const plain_rules *rules, const char *plain)
{
    text digits = TEXT_EMPTY;
    if (strchr("+-0123456789", *plain) == NULL || strchr(plain, '_') == NULL)
        return false;
    for (const char *c = plain; *c != '\0'; c++)
        if (*c != '_')
            text_byte(&digits, *c);
    bool number = fits(&rules->ambiguous, digits.at);
    text_free(&digits);
    return number;
}

plain_kind plain_meaning(const plain_rules *rules, const char *plain)
{
    if (fits(&rules->ambiguous, plain))
        return fits(&rules->integer, plain) && llabs(strtoll(plain, NULL, 10)) <= largest
                   ? PLAIN_INTEGER
                   : PLAIN_AMBIGUOUS;
    if (is_number_without_underscores(rules, plain))
        return PLAIN_AMBIGUOUS;
    return fits(&rules->word, plain) ? PLAIN_WORD : PLAIN_TEXT;
}

void plain_end(plain_rules *rules)
{
    regfree(&rules->integer);
    regfree(&rules->word);
    regfree(&rules->ambiguous);
}
