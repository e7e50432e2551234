/* SPDX-License-Identifier: MIT */
/* A module without an operating system (WebAssembly, firmware): no files, no clock, no allocator
 * and no random source but the host's. The upper half compiles freestanding; the lower half plays
 * the host where there is one.
 *
 *     cc -std=c11 -o embedded embedded.c $(pkg-config --cflags --libs fntoken)
 *     ./embedded https://gateway.example.com "$(cat jwks.json)" /function/env "Bearer eyJ..."
 *
 *     clang --target=wasm32-unknown-unknown -ffreestanding -std=c11 -c embedded.c
 *     (links with libfntoken.a, see below)
 *
 * - Memory: the module's own malloc, calloc and free serve the library, cJSON and the crypto
 * library alike. - Randomness: verifying needs none. An mbedTLS built with
 * MBEDTLS_ENTROPY_HARDWARE_ALT asks mbedtls_hardware_poll; without it,
 *   making a key or a cache is FNT_FAULT_RANDOM, when it is set up and not later.
 * - Time: the host gives it with each call. */
#include <fntoken/fntoken.h>

/* What the host calls. Texts need no NUL behind them. */
fnt_status guard_start(const char *issuer, size_t issuer_len, const char *jwks, size_t jwks_len);
int32_t guard_check(const char *path, size_t path_len, const char *header, size_t header_len,
                    int64_t now);
void guard_end(void);

static fnt_verifier *guard;

fnt_status guard_start(const char *issuer, size_t issuer_len, const char *jwks, size_t jwks_len)
{
    fnt_keyset *keys = NULL;
    fnt_status status = fnt_keyset_parse(jwks, jwks_len, 0, &keys, NULL);
    if (status == FNT_OK)
        status = fnt_verifier_new(issuer, issuer_len, NULL, 0, keys, &guard);
    fnt_keyset_free(keys);
    return status;
}

/* The HTTP status to answer with; 200 is the only yes. Without a guard_start that went well it is
 * 500. */
int32_t guard_check(const char *path, size_t path_len, const char *header, size_t header_len,
                    int64_t now)
{
    char resource[FNT_RESOURCE_MAX];
    size_t len = 0;
    fnt_status status =
        fnt_resource_from_path(path, path_len, NULL, 0, resource, sizeof resource, &len, NULL);
    if (status == FNT_OK)
        status = fnt_authorize(guard, header, header_len, resource, len, now, NULL, NULL);
    return fnt_status_http(status);
}

void guard_end(void)
{
    fnt_verifier_free(guard);
    guard = NULL;
}

#if !__STDC_HOSTED__

int host_random(unsigned char *out, size_t len); /* imported; 0 if it filled all of out */
int mbedtls_hardware_poll(void *data, unsigned char *out, size_t len, size_t *filled);

int mbedtls_hardware_poll(void *data, unsigned char *out, size_t len, size_t *filled)
{
    (void)data;
    *filled = len;
    return host_random(out, len);
}

#else

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

int main(int argc, char **argv)
{
    if (argc < 4 || argc > 5) {
        (void)fprintf(stderr, "usage: embedded ISSUER JWKS PATH [AUTHORIZATION]\n");
        return 2;
    }
    fnt_status status = guard_start(FNT_STR(argv[1]), FNT_STR(argv[2]));
    if (status != FNT_OK) {
        (void)fprintf(stderr, "embedded: %s\n", fnt_status_sentence(status));
        return 2;
    }
    int32_t http = guard_check(FNT_STR(argv[3]), argc > 4 ? argv[4] : NULL,
                               argc > 4 ? strlen(argv[4]) : 0, (int64_t)time(NULL));
    (void)printf("HTTP %" PRId32 "\n", http);
    guard_end();
    return http == 200 ? 0 : 1;
}

#endif
