/* SPDX-License-Identifier: MIT */
#include "exchanges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#define PROVIDER "https://keycloak.example.com/realms/openfaas"
#define OBJECT(kind, name, spec)                                                                   \
    "{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"" kind "\",\"metadata\":{\"name\":\"" name \
    "\"},\"spec\":{" spec "}}"
#define USER "a9e0e67a-5758-4373-a4ba-%012zu"

static const char objects[] =
    "[" OBJECT("JwtIssuer", "keycloak",
               "\"iss\":\"" PROVIDER "\",\"aud\":[\"openfaas\"]") "," OBJECT("Policy", "p",
                                                                             "\"statement\":[{"
                                                                             "\"sid\":\"1\","
                                                                             "\"action\":["
                                                                             "\"Function:Invoke\"]"
                                                                             ",\"effect\":"
                                                                             "\"Allow\","
                                                                             "\"resource\":["
                                                                             "\"openfaas-fn:*\"]}"
                                                                             "]");
static const char role[] =
    "," OBJECT("Role", "r%zu",
               "\"policy\":[\"p\"],\"principal\":{\"jwt:sub\":[\"" USER
               "\"]},\"condition\":{\"StringEqual\":{\"jwt:iss\":[\"" PROVIDER "\"]}}");

/* The role that fits stands in the middle. */
static void load_rules(exchanges *e, size_t roles)
{
    char *text = NULL;
    size_t len = 0;
    fnt_iam *iam = NULL;
    FILE *to = open_memstream(&text, &len);
    if (to == NULL)
        bench_fail("open_memstream");
    fputs(objects, to);
    for (size_t i = 0; i < roles; i++)
        fprintf(to, role, i, i == roles / 2 ? (size_t)0 : i + 1);
    fputc(']', to);
    fclose(to);
    MUST(fnt_iam_new(text, len, &iam, NULL));
    MUST(fnt_sts_set_iam(e->sts, iam));
    fnt_iam_free(iam);
    free(text);
}

/* As Keycloak makes them, but shorter. */
static char *subject_token(const exchanges *e)
{
    char claims[1024];
    snprintf(claims, sizeof claims,
             "{\"exp\":%lld,\"iat\":%lld,\"jti\":\"5f2c8a5e-98f5-4b21-8b0c-5d3c5a9f0a11\","
             "\"iss\":\"" PROVIDER "\",\"aud\":\"openfaas\",\"sub\":\"" USER
             "\",\"typ\":\"Bearer\",\"azp\":\"openfaas\",\"sid\":\"0f4b-11\",\"acr\":\"1\","
             "\"scope\":\"openid profile email\",\"email_verified\":true,\"name\":\"Ada L\","
             "\"preferred_username\":\"ada\",\"email\":\"ada@example.com\"}",
             (long long)e->work.now + 300, (long long)e->work.now, (size_t)0);
    return work_sign(&e->work, NULL, claims);
}

void exchanges_make(exchanges *e, int64_t now, size_t roles)
{
    size_t len = 0;
    memset(e, 0, sizeof *e);
    work_make(&e->work, now, 0);
    MUST(fnt_sts_new(FNT_STR(WORK_ISSUER), e->work.key, &e->sts));
    MUST(fnt_sts_set_keyset(e->sts, FNT_STR(PROVIDER), e->work.keyset));
    load_rules(e, roles);
    char *header = subject_token(e);
    FILE *to = open_memstream(&e->form, &len);
    if (to == NULL)
        bench_fail("open_memstream");
    fprintf(to,
            "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Atoken-exchange&"
            "subject_token_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Atoken-type%%3Aid_token&"
            "scope=function&subject_token=%s",
            header + strlen("Bearer "));
    fclose(to);
    free(header);
}

void exchanges_free(exchanges *e)
{
    free(e->form);
    fnt_sts_free(e->sts);
    work_free(&e->work);
}

void path_exchange(void *context, size_t i)
{
    const exchanges *e = context;
    char *body = NULL;
    size_t len = 0;
    (void)i;
    MUST(fnt_sts_exchange(e->sts, FNT_STR(e->form), e->work.now, &body, &len, NULL));
    fnt_free(body);
}
