/* SPDX-License-Identifier: MIT */
/* Rules 16 and 46: what was made before fork() works in the child, and the child draws random bytes
 * of its own. */
#include "support/support.h"

#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    fnt_verifier *guard;
    fnt_keyset *keys;
    fnt_claims *builder;
    char *token;
    size_t len;
} made_before;

static void make(made_before *m)
{
    MUST(fnt_keyset_parse(FNT_STR(signer_text(BY_ES256)), 0, &m->keys, NULL));
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, m->keys, &m->guard));
    MUST(fnt_claims_new(&m->builder));
    MUST(fnt_claims_add(m->builder, FNT_CLAIM_ISSUER, FNT_STR(ISSUER)));
    MUST(fnt_claims_add(m->builder, FNT_CLAIM_SUBJECT, FNT_STR("s")));
    MUST(fnt_claims_add(m->builder, FNT_CLAIM_PERMISSION, FNT_STR("dev:env")));
    MUST(fnt_mint(signer_key(BY_ES256), m->builder, NOW, HOUR, &m->token, &m->len, NULL));
}

static void drop(made_before *m)
{
    fnt_free(m->token);
    fnt_claims_free(m->builder);
    fnt_verifier_free(m->guard);
    fnt_keyset_free(m->keys);
}

/* 0, or which step went wrong. */
static int use(const made_before *m, char *minted, size_t size)
{
    char *token = NULL;
    size_t len = 0;
    fnt_token *read = NULL;
    if (fnt_verify(m->guard, m->token, m->len, NOW, &read, NULL) != FNT_OK)
        return 1;
    if (fnt_token_authorize(read, FNT_STR("dev:env"), NOW, NULL) != FNT_OK)
        return 2;
    fnt_token_free(read);
    if (fnt_mint(signer_key(BY_ES256), m->builder, NOW, HOUR, &token, &len, NULL) != FNT_OK ||
        len >= size)
        return 3;
    memcpy(minted, token, len + 1);
    fnt_free(token);
    if (fnt_verify(m->guard, FNT_STR(minted), NOW, &read, NULL) != FNT_OK)
        return 4;
    fnt_token_free(read);
    return fnt_verifier_set_keyset(m->guard, m->keys) == FNT_OK ? 0 : 5;
}

static char *child_minted(made_before *m, char *dst, size_t size)
{
    int ends[2], status = 0;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        int wrong = use(m, dst, size);
        size_t len = strlen(dst) + 1;
        drop(m); /* which the child may do as well */
        _exit(wrong != 0 ? wrong : write(ends[1], dst, len) == (ssize_t)len ? 0 : 6);
    }
    close(ends[1]);
    size_t got = 0;
    for (ssize_t n; (n = read(ends[0], dst + got, size - got)) > 0;)
        got += (size_t)n;
    close(ends[0]);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    cr_assert_eq(WEXITSTATUS(status), 0, "the child failed at step %d", WEXITSTATUS(status));
    return dst;
}

Test(fork, rules_16_46_between_load_and_use)
{
    made_before m = {0};
    char here[2048], there[2048] = "", other[2048] = "";
    make(&m);
    child_minted(&m, there, sizeof there);
    child_minted(&m, other, sizeof other);
    cr_expect_eq(use(&m, here, sizeof here), 0, "the parent goes on");
    cr_expect_str_neq(here, there, "parent and child draw different random bytes");
    cr_expect_str_neq(there, other, "and so do two children");
    drop(&m);
}

Test(fork, rules_16_46_after_use)
{
    made_before m = {0};
    char here[2048], there[2048] = "";
    make(&m);
    cr_expect_eq(use(&m, here, sizeof here), 0);
    child_minted(&m, there, sizeof there);
    cr_expect_str_neq(here, there);
    cr_expect_eq(use(&m, here, sizeof here), 0, "the parent goes on");
    cr_expect_str_neq(here, there);
    drop(&m);
}
