/* SPDX-License-Identifier: MIT */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#include "keys/keyset.h"
#include "keys/signing_key.h"

/* ---- keys ---------------------------------------------------------------- */

static const char p256[] = "-----BEGIN PRIVATE KEY-----\n"
                           "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2ckyTznP6TU7ycDl\n"
                           "cXKcZRAX8sw24rYD3CrJm16+DwGhRANCAAQb62EGoCdKKOy7WzUE4/1ARzUi9mhS\n"
                           "qPV7NUTMWqtaMwD93sc8+A8lE7ffgskpQKV0gAd/r/mTLNel5IqURD9l\n"
                           "-----END PRIVATE KEY-----\n";

static const char p384[] = "-----BEGIN PRIVATE KEY-----\n"
                           "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDB6x9WxmBCkIg635mAR\n"
                           "4Nfnc4O8R69dc3VAzfQTTl4unorq3XpzLuHWHa7O2n3+GmShZANiAAS5zAm7fUcz\n"
                           "AzF9cT6z5rwc8+motgvvbq8BuFp7UoHkWUE9kyVWFMJiQ/wMiTeD/OTEnGkdXcIj\n"
                           "2dirzZfjkOt5lCQOSuKc6VCx9cOF5oW+ybNxy9iXoUdCG9O7kBlz5Pg=\n"
                           "-----END PRIVATE KEY-----\n";

static const char p521[] = "-----BEGIN PRIVATE KEY-----\n"
                           "MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAjmN7J2/o27CJ/I9Z\n"
                           "c4fHwXiFOBJJUftYAnbhVEJtcVlsTy2oaZkorqo2x3DiQo26c2i+Cu7VLuDQgey9\n"
                           "RPJCDgGhgYkDgYYABAB/xtmRIaIoAKFwJp3QyqoskemXwkmIwUe7AJGyArU2/qeV\n"
                           "ygX7afbj3pVJKKk+WN/bMP9wAGsBjx77p64nwxHBcgAGnjWjJfqxINaWJHnDKDCh\n"
                           "1YobWdySLevIM8fHdmcHN96SQ7yRIRBdRjwWz2BkAwg27nwgyxvdhbKXDR/kYHPC\n"
                           "Cg==\n"
                           "-----END PRIVATE KEY-----\n";

static const char rsa[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCF0AxQcQRP16uE\n"
                          "vnLYXkgYZtLbhjT8PWShMuBJylZABpWNwbQM8xhiXBflmKTguM3c0g9cx4Lw6XJs\n"
                          "eSVgqFkPsCKUMY6lHsGhggoA/2RVF33P3Po+Zyc36w/LVseB3oaorjRgzB4Wiiwx\n"
                          "XaTedK2Tq3lX09ejq3gdiZ+CnnFDdVx3Z1r8yOoYgAZXoHaO+1Sb/SWbrrnaoTpt\n"
                          "S9riY9P9e2EKCV9H02RycyK9INYdkMZiXHIScaaC9TxtXhjr8ttCObnC178qc/N4\n"
                          "mAUZVahDa/fVR4f5V6HWvtuk4AWpOTTqWE+aPmHxGnACLKXELM2W8RZJA6ZRd3/n\n"
                          "ZNX23xlJAgMBAAECggEABN2kJpd6R8L4zpdnfeNG+nT57UsFVmsosE0bmpaCdpdZ\n"
                          "5qRo1sdO/cijT9FL1/LjlxUf9nvRkM9Hi2Ohjp26Ib41MhYi1z51xD81YoSAhZcy\n"
                          "MOK0Smk3o/dmuCCo//NAPa/NlMi0JJXhD7YVhPqEk05hcUzXowp2dpbm13n83JSO\n"
                          "K7iKrVHdrqpAHVWAGwfK9Ef/wpSUPGt2ln8g79OauF46gp0Fv3aj5DZt1JZJOy8d\n"
                          "wgDcgEQO+qiEVqO2MHVOCCBD2O/gg127Aoz16Qm6BW/RVYck2xz76LAVd8Rvf/Xw\n"
                          "hnGx92gCaM6UnlHRIdo2UIuiGEr4erM75xo0A+YH2QKBgQC8SINaqsAHlRmtwClP\n"
                          "wz24X3fdVufeZqCsdy1nz0EDvzkJ8K6Nw9X05lJH/w4+zoCZKMnAmWFYXZmbHq/h\n"
                          "WI9xOnn600OYFi9TiFgbckbTdhyAKOiEGSa7Iqx4jrG1CDJvW00i1e+Jmod1w6sZ\n"
                          "6/8hq93jwM+DFd6EPiG6ZZV+HQKBgQC18Fu5eqLSaEAdyjijRkHDi5mMcQqpM2Mi\n"
                          "yijdr63jnVLHPofHdlk5DoQsWZ6X96MdwP0QKdfvfl5/qAeZy8D91JVvSsn/m3dR\n"
                          "/opDsdxYxnPgVKxcjCDOjAZ3xVV8JYHTjsidSBjlP6lv3JjJfLPut++7kaOdE0I/\n"
                          "0/ZR2+YQHQKBgQCuX12/X3m+y/hfMSNRaplDoq7o/254S4WslCcqCAjHRpa1vQB7\n"
                          "7I2/ZHt5kB6KTkdNEThgNeywoOb8gVwUECewjp6fjH8CYDFuZExtBtXPS4izrK9C\n"
                          "f+Sd1UvzzvuHlFLZTK5Qf997CfFAQHm65RSBA6HZJx1H4r4UrVIhRalAhQKBgQCF\n"
                          "Toa2oV+50T7hVPEo2OqIr7mjCJSqIwfJTtygif9cHkKv0GZGRLXdM4Cuyj+E06KF\n"
                          "w4jolfAs/6eX23MuQfe3RFL1x5O4IJ5NyrZeIWz08vumbAQaj2XeUQTQLxuSqhy0\n"
                          "+RKPA2uSVZH9b2HXh/KCv+z8vxplld3dzJ3Xnsq0FQKBgQCZlV8Rs/PJRySPJdfb\n"
                          "Hftu218yh9w324P1LSW+guYNhU0fv7LZxyL15fPaG8EOljgZRNznuogZZBHY25qJ\n"
                          "jyMFixvZjL25U0EzD/kNp/KHeKzMJdO5hHgYVKtaN2RvUCJ4oTjGdDSwE961xjrl\n"
                          "TSWuyCGuChJXvxd9gkU+PoifXw==\n"
                          "-----END PRIVATE KEY-----\n";

static const char stranger[] = "-----BEGIN PRIVATE KEY-----\n"
                               "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBY65cSyP5FS/ekqY\n"
                               "K1divrGaGLsASUanIjZpqR/7w7yhRANCAAQQNNVav7yMc5DFju/rJ94CTTFebvfI\n"
                               "oAIlkDAY0IyIjE1dOPXl1u0evZG/go0sQ9+QYV9Lkwk8UXKcWyVcU5l1\n"
                               "-----END PRIVATE KEY-----\n";

static const char secret[] =
    "{\"kid\":\"secret\",\"kty\":\"oct\","
    "\"k\":"
    "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg\"}";

const char jwks_text[] =
    "{\"keys\":["
    "{\"kid\":\"es256\",\"kty\":\"EC\",\"crv\":\"P-256\","
    "\"x\":\"G-thBqAnSijsu1s1BOP9QEc1IvZoUqj1ezVEzFqrWjM\","
    "\"y\":\"AP3exzz4DyUTt9-CySlApXSAB3-v-ZMs16XkipREP2U\"}"
    ","
    "{\"kid\":\"es384\",\"kty\":\"EC\",\"crv\":\"P-384\","
    "\"x\":\"ucwJu31HMwMxfXE-s-a8HPPpqLYL726vAbhae1KB5FlBPZMlVhTCYkP8DIk3g_zk\","
    "\"y\":\"xJxpHV3CI9nYq82X45DreZQkDkrinOlQsfXDheaFvsmzccvYl6FHQhvTu5AZc-T4\"}"
    ","
    "{\"kid\":\"es512\",\"kty\":\"EC\",\"crv\":\"P-521\","
    "\"x\":\"AH_G2ZEhoigAoXAmndDKqiyR6ZfCSYjBR7sAkbICtTb-p5XKBftp9uPelUkoqT5Y39sw_"
    "3AAawGPHvunrifDEcFy\","
    "\"y\":\"AAaeNaMl-rEg1pYkecMoMKHVihtZ3JIt68gzx8d2Zwc33pJDvJEhEF1GPBbPYGQDCDbufCDLG92FspcNH-"
    "Rgc8IK\"}"
    ","
    "{\"kid\":\"rsa\",\"kty\":\"RSA\",\"e\":\"AQAB\","
    "\"n\":\"hdAMUHEET9erhL5y2F5IGGbS24Y0_"
    "D1koTLgScpWQAaVjcG0DPMYYlwX5Zik4LjN3NIPXMeC8OlybHklYKhZD7AilD"
    "GOpR7BoYIKAP9kVRd9z9z6PmcnN-sPy1bHgd6GqK40YMweFoosMV2k3nStk6t5V9PXo6t4HYmfgp5xQ3Vcd2da_Mjq"
    "GIAGV6B2jvtUm_0lm6652qE6bUva4mPT_XthCglfR9NkcnMivSDWHZDGYlxyEnGmgvU8bV4Y6_LbQjm5wte_KnPzeJ"
    "gFGVWoQ2v31UeH-Veh1r7bpOAFqTk06lhPmj5h8RpwAiylxCzNlvEWSQOmUXd_52TV9t8ZSQ\"}"
    ","
    "{\"kid\":\"secret\",\"kty\":\"oct\","
    "\"k\":"
    "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg\"}"
    "]}";

static const struct {
    const char *name, *text;
    int32_t bit;
} signers[SIGNERS] = {
    [BY_ES256] = {"ES256", p256, FNT_ES256},        [BY_ES384] = {"ES384", p384, FNT_ES384},
    [BY_ES512] = {"ES512", p521, FNT_ES512},        [BY_RS256] = {"RS256", rsa, FNT_RS256},
    [BY_RS384] = {"RS384", rsa, FNT_RS384},         [BY_RS512] = {"RS512", rsa, FNT_RS512},
    [BY_PS256] = {"PS256", rsa, FNT_PS256},         [BY_PS384] = {"PS384", rsa, FNT_PS384},
    [BY_PS512] = {"PS512", rsa, FNT_PS512},         [BY_HS256] = {"HS256", secret, FNT_HS256},
    [BY_HS384] = {"HS384", secret, FNT_HS384},      [BY_HS512] = {"HS512", secret, FNT_HS512},
    [BY_STRANGER] = {"ES256", stranger, FNT_ES256},
};

void must(fnt_status status, const char *call, const char *file, int line)
{
    cr_assert_eq(status, FNT_OK, "%s:%d: setting up failed: %s answers %s", file, line, call,
                 fnt_status_name(status));
}

const char *signer_text(signer who)
{
    return signers[who].text;
}

const char *signer_name(signer who)
{
    return signers[who].name;
}

/* What is kept until the test ends is given back then, so that no leak of the library hides among
 * it. */
static fnt_key *keys_made[SIGNERS];
static fnt_keyset *set_made;

static void drop_keys(void)
{
    for (size_t i = 0; i < SIGNERS; i++)
        fnt_key_free(keys_made[i]);
    fnt_keyset_free(set_made);
}

static void drop_keys_at_the_end(void)
{
    static bool registered;
    if (!registered)
        registered = atexit(drop_keys) == 0;
}

const fnt_key *signer_key(signer who)
{
    drop_keys_at_the_end();
    if (keys_made[who] == NULL)
        MUST(fnt_key_parse(FNT_STR(signers[who].text), signers[who].bit, &keys_made[who], NULL));
    return keys_made[who];
}

fnt_keyset *all_keys(void)
{
    drop_keys_at_the_end();
    if (set_made == NULL)
        MUST(fnt_keyset_parse(FNT_STR(jwks_text), FNT_ALLOW_SYMMETRIC, &set_made, NULL));
    return (fnt_keyset *)keyset_ref(set_made);
}

int32_t all_algorithms(void)
{
    return 8191 & (holds(fnt_capabilities(), " EdDSA") ? 8191 : ~FNT_EDDSA);
}

fnt_verifier *verifier_of(int32_t algorithms)
{
    fnt_verifier *made = NULL;
    fnt_keyset *keys = all_keys();
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, keys, &made));
    fnt_keyset_free(keys);
    if (algorithms != 0)
        MUST(fnt_verifier_set(made, FNT_OPT_ALGORITHMS, algorithms));
    return made;
}

/* ---- tokens -------------------------------------------------------------- */

/* Texts live as long as the process, which is one test. */
char *place_for(size_t size)
{
    typedef struct text {
        struct text *next;
        char at[];
    } text;
    static text *first;
    text *made = malloc(sizeof *made + size);
    cr_assert_not_null(made, "out of memory");
    made->next = first;
    first = made;
    return made->at;
}

static char *put_base64url(char *to, span bytes)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        bits = (bits << 8 | (unsigned char)bytes.at[i]) & 0xfff;
        for (held += 8; held >= 6; held -= 6)
            *to++ = alphabet[bits >> (held - 6) & 63];
    }
    if (held > 0)
        *to++ = alphabet[bits << (6 - held) & 63];
    return to;
}

const char *compact(span header, span payload, span signature)
{
    char *made = place_for(2 * (header.len + payload.len + signature.len) + 16);
    char *to = put_base64url(made, header);
    *to++ = '.';
    to = put_base64url(to, payload);
    *to++ = '.';
    *put_base64url(to, signature) = '\0';
    return made;
}

const char *sign_spans(signer who, span header, span payload)
{
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    const char *without = compact(header, payload, SPAN_NONE);
    MUST(key_sign(signer_key(who), (span){without, strlen(without) - 1}, signature, &len));
    return compact(header, payload, (span){(const char *)signature, len});
}

const char *sign(signer who, const char *header, const char *payload)
{
    return sign_spans(who, span_of(header), span_of(payload));
}

const char *joined(const char *a, const char *b)
{
    size_t len = strlen(a) + strlen(b) + 1;
    char *made = place_for(len);
    snprintf(made, len, "%s%s", a, b);
    return made;
}

const char *good_token(void)
{
    return sign(BY_ES256, HEADER, CLAIMS(FUNCTION));
}

fnt_status verify_now(const char *token)
{
    fnt_token *made = NULL;
    fnt_verifier *guard = verifier_of(0);
    fnt_status status = fnt_verify(guard, FNT_STR(token), NOW, &made, NULL);
    cr_expect_eq(made != NULL, status == FNT_OK, "a token comes with FNT_OK and with nothing else");
    fnt_token_free(made);
    fnt_verifier_free(guard);
    return status;
}

/* ---- a token service ----------------------------------------------------- */

const char iam_text[] =
    "[{\"apiVersion\":\"iam.openfaas.com/"
    "v1\",\"kind\":\"JwtIssuer\",\"metadata\":{\"name\":\"idp\"},"
    "\"spec\":{\"iss\":\"" IDP "\",\"aud\":[\"openfaas\"],\"tokenExpiry\":\"30m\"}},"
    "{\"apiVersion\":\"iam.openfaas.com/"
    "v1\",\"kind\":\"Policy\",\"metadata\":{\"name\":\"invoke\"},"
    "\"spec\":{\"statement\":[{\"sid\":\"1\",\"action\":[\"Function:Invoke\"],\"effect\":\"Allow\","
    "\"resource\":[\"openfaas-fn:*\"]}]}},"
    "{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"Role\",\"metadata\":{\"name\":\"users\"},"
    "\"spec\":{\"policy\":[\"invoke\"],\"condition\":{\"StringEqual\":{\"jwt:iss\":[\"" IDP
    "\"]}}}}]";

fnt_sts *service(void)
{
    fnt_sts *made = NULL;
    fnt_iam *iam = NULL;
    fnt_keyset *keys = all_keys();
    MUST(fnt_iam_new(FNT_STR(iam_text), &iam, NULL));
    MUST(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_ES256), &made));
    MUST(fnt_sts_set_iam(made, iam));
    MUST(fnt_sts_set_keyset(made, FNT_STR(IDP), keys));
    fnt_iam_free(iam);
    fnt_keyset_free(keys);
    return made;
}

const char *exchange_form(void)
{
    const char *token =
        sign(BY_RS256, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}",
             "{\"iss\":\"" IDP "\",\"sub\":\"ada\",\"aud\":\"openfaas\",\"exp\":1715852521}");
    return joined(joined("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&"
                         "scope=function&subject_token_type="
                         "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token&audience=openfaas-fn%"
                         "3Aenv&subject_token=",
                         token),
                  "");
}

/* ---- reports and files --------------------------------------------------- */

const char *summary_of(const fnt_report *report)
{
    const char *sentence = fnt_report_text(report, 0, FNT_FIELD_SENTENCE, NULL);
    return sentence == NULL ? "(no report)" : sentence;
}

bool holds(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static char *read_all(FILE *file, size_t *len)
{
    size_t size = 1 << 16, got;
    char *text = malloc(size + 1);
    for (*len = 0; text != NULL && (got = fread(text + *len, 1, size - *len, file)) > 0;) {
        *len += got;
        if (*len == size) {
            char *more = realloc(text, 2 * size + 1);
            size *= 2;
            if (more == NULL)
                free(text);
            text = more;
        }
    }
    if (text != NULL)
        text[*len] = '\0';
    return text;
}

char *file_text(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    *len = 0;
    if (file == NULL)
        return NULL;
    char *text = read_all(file, len);
    fclose(file);
    return text;
}

char *shared_text(const char *name, size_t *len)
{
    char path[4096];
    const char *folder = getenv("FNT_SHARED");
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "../shared" : folder, name);
    char *text = file_text(path, len);
    if (text == NULL)
        cr_skip_test("%s is not there", path);
    return text;
}
