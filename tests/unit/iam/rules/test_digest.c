/* SPDX-License-Identifier: MIT */
/* fnt_iam_digest: one digest for what a set says, however it is written. */
#include "support/iam_help.h"
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

enum { LENGTH = 64 };

#define OBJECT(kind, name, spec)                                                                   \
    "{'apiVersion':'iam.openfaas.com/v1','kind':'" kind "','metadata':{'name':'" name              \
    "'},'spec':{" spec "}}"
#define AN_ISSUER OBJECT("JwtIssuer", "i", "'iss':'https://i','aud':['aud1','aud2']")
#define FIRST                                                                                      \
    "{'sid':'s1','effect':'Allow','action':['Function:Invoke','Function:List'],'resource':["       \
    "'dev:a','dev:b']}"
#define SECOND                                                                                     \
    "{'sid':'s2','effect':'Allow','action':['Function:Invoke'],'resource':['dev:c'],'condition':{" \
    "'StringEqual':{'jwt:x':['1']}}}"
#define A_POLICY OBJECT("Policy", "p", "'statement':[" FIRST "," SECOND "]")
#define PRINCIPAL "'principal':{'jwt:sub':['ada','bob'],'jwt:mail':['m']}"
#define CONDITION                                                                                  \
    "'condition':{'StringEqual':{'jwt:iss':['https://i'],'jwt:g':['g1','g2']},'StringLike':{"      \
    "'jwt:h':['h*']}}"
#define A_ROLE OBJECT("Role", "r", "'policy':['p','q']," PRINCIPAL "," CONDITION)
#define SET "[" AN_ISSUER "," A_POLICY "," A_ROLE "]"

/* json has ' for ", as in iam_help.h; the first of `old` in it becomes `new`. */
static void digest_of(const char *json, const char *old, const char *new, char out[LENGTH + 1])
{
    char text[4096];
    const char *at = strstr(json, old);
    cr_assert_not_null(at, "%s", old);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - json), json, new, at + strlen(old));
    loaded l = load(text);
    size_t len = 0;
    cr_assert_eq(l.status, FNT_OK, "%s: %s", text, field(l.report, 0, FNT_FIELD_SENTENCE));
    const char *digest = fnt_iam_digest(l.iam, &len);
    cr_assert_eq(len, LENGTH);
    cr_assert_eq(strspn(digest, "0123456789abcdef"), LENGTH, "%s", digest);
    memcpy(out, digest, LENGTH + 1);
    unload(&l);
}

static const struct {
    const char *old, *new, *why;
} equal[] = {
    {AN_ISSUER "," A_POLICY, A_POLICY "," AN_ISSUER, "objects in another order"},
    {SET, "[" A_ROLE "," A_POLICY "," AN_ISSUER "]", "objects in another order"},
    {SET, "{'apiVersion':'v1','kind':'List','items':" SET "}", "a List"},
    {A_POLICY "," A_ROLE,
     "{'apiVersion':'v1','kind':'List','items':[{'apiVersion':'iam.openfaas.com/v1','kind':"
     "'PolicyList','items':[" A_POLICY "]}," A_ROLE "]}",
     "a List in a List"},
    {FIRST "," SECOND, SECOND "," FIRST, "statements in another order"},
    {FIRST "," SECOND, FIRST "," SECOND "," FIRST, "a statement twice"},
    {"'Function:Invoke','Function:List'", "'Function:List','Function:Invoke'", "actions"},
    {"'Function:Invoke','Function:List'", "'Function:List','Function:Invoke','Function:List'",
     "an action twice"},
    {"'dev:a','dev:b'", "'dev:b','dev:a'", "resources"},
    {"'aud1','aud2'", "'aud2','aud1','aud2'", "audiences"},
    {"'p','q'", "'q','p'", "policies of a role"},
    {"'ada','bob'", "'bob','ada','bob'", "values of a principal"},
    {"'g1','g2'", "'g2','g1'", "values of a condition"},
    {PRINCIPAL "," CONDITION, CONDITION "," PRINCIPAL, "members"},
    {"'jwt:sub':['ada','bob'],'jwt:mail':['m']", "'jwt:mail':['m'],'jwt:sub':['ada','bob']",
     "claims of a principal"},
    {"'jwt:iss':['https://i'],'jwt:g':['g1','g2']", "'jwt:g':['g1','g2'],'jwt:iss':['https://i']",
     "claims of an operator"},
    {"['1']", "[1]", "a number without quotes"},
    {"['1']", "'1'", "a value that is no array"},
    {"['1']", "1", "and has no quotes"},
    {"'aud2']", "'aud2'],'tokenExpiry':'12h'", "the expiry where none is given"},
    {"'aud2']", "'aud2'],'tokenExpiry':'720m'", "in another unit"},
    {"'aud1'", "'\\u0061ud1'", "an escape"},
    {",'spec'", " ,\n\t'spec'", "white space"},
    {"'name':'i'", "'name':'i','namespace':'openfaas'", "the namespace where none is given"},
    {"'name':'i'", "'name':'i','uid':'7','labels':{'a':'b'}", "other metadata"},
    {"'name':'i'", "'name':'i','annotations':{'fntoken/authorized-party':'false'}", "the default"},
    {"'kind':'JwtIssuer'", "'kind':'JwtIssuer','status':{}", "status"},
    {"[" AN_ISSUER, "[{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'}}," AN_ISSUER,
     "another program's object"},
};

Test(digest, equal_sets_have_equal_digests)
{
    char as_it_is[LENGTH + 1], other[LENGTH + 1];
    digest_of(SET, "", "", as_it_is);
    for (size_t i = 0; i < COUNT(equal); i++) {
        digest_of(SET, equal[i].old, equal[i].new, other);
        cr_expect_str_eq(as_it_is, other, "%s", equal[i].why);
    }
}

static const struct {
    const char *old, *new;
} changes[] = {
    {"", ""},
    {AN_ISSUER ",", ""},
    {A_POLICY ",", ""},
    {"," A_ROLE, ""},
    {SET, "[]"},
    {"'name':'i'", "'name':'j'"},
    {"'name':'i'", "'name':'i','namespace':'x'"},
    {"'name':'i'", "'name':'i','annotations':{'fntoken/authorized-party':'true'}"},
    {"'iss':'https://i'", "'iss':'https://i/'"},
    {"'iss':'https://i'", "'iss':'https://i','issInternal':'http://i'"},
    {"'iss':'https://i'", "'iss':'https://i','issInternal':'http://j'"},
    {"'aud1','aud2'", "'aud1'"},
    {"'aud1','aud2'", "'aud1','aud2','aud3'"},
    {"'aud1','aud2'", "'aud1,','aud2'"},
    {"'aud1','aud2'", "'aud1','2:aud2'"},
    {"'aud2']", "'aud2'],'tokenExpiry':'1h'"},
    {"'name':'p'", "'name':'o'"},
    {"'name':'p'", "'name':'p','namespace':'x'"},
    {"'sid':'s1'", "'sid':'s3'"},
    {"'Function:Invoke','Function:List'", "'Function:Invoke'"},
    {"'Function:Invoke','Function:List'", "'Function:*'"},
    {"'dev:a','dev:b'", "'dev:a'"},
    {"'dev:a','dev:b'", "'dev:*'"},
    {"'dev:a','dev:b'", "'dev:ab'"},
    {"'dev:a'", "'dev:b','dev:a:'"},
    {",'condition':{'StringEqual':{'jwt:x':['1']}}", ""},
    {"'StringEqual':{'jwt:x'", "'StringLike':{'jwt:x'"},
    {"'StringEqual':{'jwt:x'", "'ForAnyValue:StringEqual':{'jwt:x'"},
    {"'jwt:x'", "'jwt:y'"},
    {"'jwt:x'", "'jwt:/x'"},
    {"['1']", "['2']"},
    {"['1']", "['1','2']"},
    {"['1']", "['12']"},
    {"'name':'r'", "'name':'s'"},
    {"'name':'r'", "'name':'r','namespace':'x'"},
    {"'p','q'", "'p'"},
    {"'p','q'", "'p','q','s'"},
    {PRINCIPAL ",", ""},
    {"," CONDITION, ""},
    {"'jwt:sub':['ada','bob'],", ""},
    {"'ada','bob'", "'ada'"},
    {"'jwt:mail'", "'jwt:email'"},
    {"'g1','g2'", "'g1'"},
    {"'jwt:h'", "'jwt:i'"},
    {"'StringLike':{'jwt:h'", "'StringEqualIgnoreCase':{'jwt:h'"},
};

Test(digest, each_change_is_another_digest)
{
    static char digests[COUNT(changes)][LENGTH + 1];
    for (size_t i = 0; i < COUNT(changes); i++) {
        digest_of(SET, changes[i].old, changes[i].new, digests[i]);
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(digests[i], digests[k], "%s and %s", changes[i].new, changes[k].new);
    }
}

/* It goes into logs and metrics, and is compared between machines and versions: these two were made
 * without this library. */
Test(digest, it_is_the_same_everywhere)
{
    char digest[LENGTH + 1];
    digest_of("[]", "", "", digest);
    /* sha256 of "10{}0{}0{}" */
    cr_expect_str_eq(digest, "3851d6d2941876b4f4a5f81150d164cc8fcbb851287a123e0eaee424fa6b589e");
    digest_of(SET, "", "", digest);
    cr_expect_str_eq(digest, "b57ad997ccc36355d1b87f58798ee7af012ec9a3d7ca7bcd895533db85c958cc");
}

Test(digest, of_no_set)
{
    size_t len = 9;
    cr_expect_null(fnt_iam_digest(NULL, &len));
    cr_expect_eq(len, 0);
    cr_expect_null(fnt_iam_digest(NULL, NULL));
}
